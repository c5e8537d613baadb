const pauseMs = 3_000;
const notesHz = [659.26, 830.61, 987.77] as const;
const noteSeconds = 0.22;

/**
 * Three soft notes every three seconds until the returned function is called. Silent in a page that
 * nobody touched yet: browsers do not let it sound.
 */
export function startRinging(): () => void {
  if (!navigator.userActivation?.hasBeenActive) return () => {};
  const audio = new AudioContext();
  const ring = (): void => {
    for (const [index, hertz] of notesHz.entries()) {
      const from = audio.currentTime + index * noteSeconds;
      const tone = audio.createOscillator();
      const loudness = audio.createGain();
      tone.frequency.value = hertz;
      loudness.gain.setValueAtTime(0, from);
      loudness.gain.linearRampToValueAtTime(0.12, from + 0.03);
      loudness.gain.exponentialRampToValueAtTime(0.001, from + noteSeconds * 2);
      tone.connect(loudness).connect(audio.destination);
      tone.start(from);
      tone.stop(from + noteSeconds * 2);
    }
  };
  ring();
  const timer = setInterval(ring, pauseMs);
  return () => {
    clearInterval(timer);
    void audio.close();
  };
}

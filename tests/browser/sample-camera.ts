import type { BrowserContext } from 'playwright-core';

/** Gives every window a camera with somebody in front of it, for pictures: `hue` tells them apart. */
export async function giveCamera(context: BrowserContext, hue: number): Promise<void> {
  await context.addInitScript((shade: number) => {
    const draw = (pen: CanvasRenderingContext2D, moment: number): void => {
      const { width, height } = pen.canvas;
      const light = pen.createLinearGradient(0, 0, width, height);
      light.addColorStop(0, `oklch(0.72 0.09 ${shade})`);
      light.addColorStop(1, `oklch(0.34 0.08 ${shade + 40})`);
      pen.fillStyle = light;
      pen.fillRect(0, 0, width, height);
      const sway = Math.sin(moment / 700) * width * 0.006;
      pen.fillStyle = `oklch(0.9 0.04 ${shade} / 0.9)`;
      const shapes = [
        [width / 2 + sway, height * 1.1, width * 0.23, height * 0.42],
        [width / 2 + sway * 2, height * 0.44, width * 0.095, height * 0.17],
      ] as const;
      for (const [x, y, wide, high] of shapes) {
        pen.beginPath();
        pen.ellipse(x, y, wide, high, 0, 0, 7);
        pen.fill();
      }
    };
    const picture = (): MediaStream => {
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width: 640, height: 360 });
      const pen = canvas.getContext('2d');
      setInterval(() => pen && draw(pen, performance.now()), 100);
      return canvas.captureStream(10);
    };
    const devices = navigator.mediaDevices;
    const real = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (wanted) => {
      const stream = await real({ audio: wanted?.audio ?? false, video: wanted?.video ?? false });
      for (const track of stream.getVideoTracks()) {
        stream.removeTrack(track);
        track.stop();
        for (const drawn of picture().getVideoTracks()) stream.addTrack(drawn);
      }
      return stream;
    };
  }, hue);
}

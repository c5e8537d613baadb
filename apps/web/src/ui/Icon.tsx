/** Drawn on a grid of 24, with lines of the text's own colour. */
const paths = {
  add: 'M12 5v14M5 12h14',
  back: 'm15 5-7 7 7 7',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  checks: 'm2 12.5 4.5 4.5L16 7.5m-5 9 .5.5L21 7.5',
  clock: 'M12 7.5V12l3 2m6-2a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z',
  close: 'M6 6l12 12M18 6 6 18',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  down: 'm6 9 6 6 6-6',
  edit: 'M4 20h4L19.5 8.5l-4-4L4 16zM13 7l4 4',
  exit: 'M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9',
  group:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6.5 9c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.5m2 3.6c2.1.9 3.5 2.9 3.5 5.4',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8.5c0-4 3.4-6.5 7.5-6.5s7.5 2.5 7.5 6.5',
  grow: 'M14 4h6v6M10 20H4v-6M20 4l-7 7M4 20l7-7',
  hangUp:
    'M3 14.5c0-1 .3-1.9 1-2.5 2.2-1.9 5-3 8-3s5.8 1.1 8 3c.7.6 1 1.5 1 2.5v1.2c0 .7-.6 1.3-1.3 1.1l-3.2-.7a1.2 1.2 0 0 1-.9-1.1v-1.7a11 11 0 0 0-7.2 0V15c0 .5-.4 1-.9 1.1l-3.2.7c-.7.2-1.3-.4-1.3-1.1z',
  microphone:
    'M12 14.5a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3Zm-6-3.5a6 6 0 0 0 12 0M12 17v3.5m-3 0h6',
  microphoneOff:
    'M9 9.5v2a3 3 0 0 0 4.8 2.4M15 11V6.5a3 3 0 0 0-5.8-1M6 11a6 6 0 0 0 9.3 5M18 11a6 6 0 0 1-.5 2.4M12 17v3.5m-3 0h6M4 4l16 16',
  phone:
    'M6.5 3.5h2.6l1.7 4.3-2.2 1.8a12 12 0 0 0 5.8 5.8l1.8-2.2 4.3 1.7v2.6a2 2 0 0 1-2.2 2A17 17 0 0 1 4.5 5.7a2 2 0 0 1 2-2.2Z',
  reply: 'm9 6-6 5.5L9 17v-3.5c5 0 8.5 1 11 4.5-.5-6-4-9.5-11-9.5z',
  retry: 'M20 11a8 8 0 1 0-2.3 6.7M20 4v7h-7',
  screen: 'M3 5h18v11H3zM8.5 20h7M12 16v4m0-7V8m-2.5 2.5L12 8l2.5 2.5',
  search: 'm20 20-4.5-4.5M17.5 10.5a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z',
  send: 'M4 12 3.5 4.5 21 12 3.5 19.5 4 12Zm0 0h8',
  settings:
    'M4 7h9m5 0h2M4 17h2m5 0h9M15.5 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm-7 10a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  shrink: 'M20 10h-6V4M4 14h6v6M14 10l6-6M10 14l-6 6',
  smile: 'M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM8.5 14.5c1.8 2.4 5.2 2.4 7 0M9 9.5h.01M15 9.5h.01',
  trash: 'M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5',
  video: 'M3 7h12v10H3zM15 11l6-3.5v9L15 13z',
  videoOff: 'M10.5 7H15v4.5M15 15v2H3V7h2M15 11l6-3.5v9L18 15M4 4l16 16',
  warning: 'M12 9v4.5m0 3.5h.01M12 3.5 2.5 20h19z',
} as const;

export type IconName = keyof typeof paths;

/** Says nothing to screen readers: what carries it has a name of its own. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/**
 * The icons of the page: lines on a grid of 16.
 *
 * @module
 */

const PATHS = {
  start: 'M5 3.5v9l7-4.5z',
  stop: 'M4.5 4.5h7v7h-7z',
  restart: 'M12.5 8a4.5 4.5 0 1 1-1.4-3.3M12.5 2.5v3h-3',
  log: 'M3 4h10M3 7h10M3 10h7M3 13h5',
  more: 'M3 7h2v2H3zM7 7h2v2H7zM11 7h2v2h-2z',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5l3 3',
  close: 'M4 4l8 8M12 4l-8 8',
  down: 'M4 6l4 4 4-4',
  up: 'M4 10l4-4 4 4',
  right: 'M6 4l4 4-4 4',
  left: 'M10 4L6 8l4 4',
  download: 'M8 2.5v7M5 7l3 3 3-3M3 13h10',
  top: 'M3 3h10M8 13V6M5 9l3-3 3 3',
  wrap: 'M3 4h10M3 8h8.5a2 2 0 0 1 0 4H9M10.5 10L8.5 12l2 2M3 12h2.5',
  pause: 'M5.5 4v8M10.5 4v8',
  light:
    'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1.5V3M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1',
  dark: 'M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z',
  system: 'M2.5 3.5h11v7h-11zM6 13h4M8 10.5V13',
  help: 'M6 6a2 2 0 1 1 2.7 1.9c-.5.2-.7.6-.7 1.1v.5M8 12.5h.01',
} as const;

export type IconName = keyof typeof PATHS;

const FILLED: ReadonlySet<IconName> = new Set(['start', 'stop', 'more']);

export function Icon({ name }: { readonly name: IconName }) {
  const isFilled = FILLED.has(name);
  return (
    <svg
      class={`icon ${isFilled ? 'filled' : ''}`}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The sign of the product. */
export function Sign() {
  return (
    <svg class="sign" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" />
      <path d="M8 10l6.5 13L24 8.5" />
    </svg>
  );
}

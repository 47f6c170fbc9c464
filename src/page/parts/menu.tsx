/**
 * A button with a menu of further actions.
 *
 * @module
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icons.tsx';

export interface MenuItem {
  readonly label: string;
  readonly isHarmful?: boolean;
  act(): void;
}

export function Menu(props: {
  readonly label: string;
  readonly icon?: IconName;
  readonly text?: string;
  readonly items: readonly MenuItem[];
}) {
  const [isOpen, setOpen] = useState(false);
  const [isAbove, setAbove] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const buttons = (): HTMLButtonElement[] => [
    ...(root.current?.querySelectorAll<HTMLButtonElement>('[role=menuitem]') ?? []),
  ];
  useEffect(() => {
    if (!isOpen) return undefined;
    buttons()[0]?.focus();
    const leave = (event: Event): void => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', leave);
    return () => document.removeEventListener('pointerdown', leave);
  }, [isOpen]);
  const onKey = (event: KeyboardEvent): void => {
    if (!isOpen) return;
    const all = buttons();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === 'Escape') {
      setOpen(false);
      root.current?.querySelector('button')?.focus();
    } else if (event.key === 'ArrowDown') all[(at + 1) % all.length]?.focus();
    else if (event.key === 'ArrowUp') all[(at - 1 + all.length) % all.length]?.focus();
    else if (event.key === 'Tab') setOpen(false);
    else return;
    if (event.key !== 'Tab') event.preventDefault();
    event.stopPropagation();
  };
  if (props.items.length === 0) return null;
  const toggle = (): void => {
    setAbove(root.current !== null && fitsAboveOnly(root.current, props.items.length));
    setOpen(!isOpen);
  };
  return (
    <div class="menu" ref={root} onKeyDown={onKey}>
      <button
        type="button"
        class={props.text ? 'button' : 'icon-button'}
        aria-label={props.text ? undefined : props.label}
        title={props.label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={toggle}
      >
        {props.text}
        <Icon name={props.icon ?? 'more'} />
      </button>
      {isOpen && (
        <div class={`menu-items ${isAbove ? 'above' : ''}`} role="menu" aria-label={props.label}>
          {props.items.map(({ label, isHarmful, act }) => (
            <button
              type="button"
              role="menuitem"
              key={label}
              class={isHarmful ? 'harmful' : ''}
              onClick={() => {
                setOpen(false);
                act();
              }}
            >
              {label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** As in the stylesheet. */
const ITEM_HEIGHT = 33;
const PADDING = 16;

/** As for the last rows of a list that fills the window. */
function fitsAboveOnly(root: Element, items: number): boolean {
  const { top, bottom } = root.getBoundingClientRect();
  const height = items * ITEM_HEIGHT + PADDING;
  return bottom + height > window.innerHeight && top > height;
}

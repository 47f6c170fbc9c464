/**
 * Light or dark: that of the system, or the choice of the user.
 *
 * @module
 */
import { storeOf } from './store.ts';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'visord-theme';

export const theme = storeOf<Theme>(stored());

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

/** Shows the chosen colours, and follows the system where none are chosen. */
export function followTheme(): void {
  systemIsDark.addEventListener('change', showTheme);
  showTheme();
}

function showTheme(): void {
  const chosen = theme.get();
  const isDark = chosen === 'system' ? systemIsDark.matches : chosen === 'dark';
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
}

export function switchTheme(): void {
  const next = { system: 'dark', dark: 'light', light: 'system' } as const;
  theme.set(next[theme.get()]);
  try {
    localStorage.setItem(KEY, theme.get());
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
  showTheme();
}

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

/**
 * The live page: takes over from the plain table of the server.
 *
 * @module
 */
import { render } from 'preact';
import { follow } from './live/live.ts';
import { show } from './live/messages.ts';
import { readPlainTable } from './live/plain-table.ts';
import { followTheme } from './live/theme.ts';
import './styles/page.css';
import { App } from './views/app.tsx';

function begin(): void {
  followTheme();
  const first = readPlainTable();
  const message = document.querySelector('.status_msg')?.textContent;
  const root = document.createElement('div');
  root.id = 'page';
  document.body.replaceChildren(root);
  document.documentElement.classList.add('live');
  if (message) {
    show('done', message);
    history.replaceState(null, '', `./${location.hash}`);
  }
  render(<App />, root);
  follow(first);
}

begin();

/**
 * The views of the page and their addresses, which stand behind the `#`.
 *
 * @module
 */

export type LogName = 'stdout' | 'stderr' | 'main';

export type Route =
  | { readonly view: 'list' }
  | { readonly view: 'process'; readonly id: string }
  | { readonly view: 'log'; readonly id: string; readonly log: LogName }
  | { readonly view: 'daemon' };

/** An unknown address is that of the list. */
export function routeOf(hash: string): Route {
  const [, view = '', id = '', log = 'stdout'] = hash.replace(/^#/, '').split('/').map(decoded);
  if (view === 'process' && id !== '') return { view, id };
  if (view === 'log' && id !== '') return { view, id, log: log === 'stderr' ? 'stderr' : 'stdout' };
  if (view === 'mainlog') return { view: 'log', id: '', log: 'main' };
  if (view === 'daemon') return { view };
  return { view: 'list' };
}

export function addressOf(route: Route): string {
  switch (route.view) {
    case 'list':
      return '#/';
    case 'daemon':
      return '#/daemon';
    case 'process':
      return `#/process/${encodeURIComponent(route.id)}`;
    case 'log':
      return route.log === 'main' ? '#/mainlog' : `#/log/${encodeURIComponent(route.id)}/${route.log}`;
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

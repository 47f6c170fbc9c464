/**
 * The page as a whole.
 *
 * @module
 */
import { useEffect } from 'preact/hooks';
import { snapshot } from '../live/live.ts';
import { route } from '../live/route.ts';
import { site } from '../live/site.ts';
import { useStore } from '../live/store.ts';
import type { Route } from '../model/routes.ts';
import { appearanceOf } from '../model/states.ts';
import { QuestionDialog } from '../parts/dialog.tsx';
import { Head } from '../parts/head.tsx';
import { Messages } from '../parts/messages.tsx';
import { DaemonView } from './daemon.tsx';
import { List } from './list.tsx';
import { LogView } from './log.tsx';
import { ProcessView } from './process.tsx';

export function App() {
  const shown = useStore(route);
  useTitle(shown);
  return (
    <>
      <Head />
      <View shown={shown} />
      <Messages />
      <QuestionDialog />
    </>
  );
}

function View({ shown }: { readonly shown: Route }) {
  switch (shown.view) {
    case 'list':
      return <List />;
    case 'process':
      return <ProcessView key={shown.id} id={shown.id} />;
    case 'log':
      return <LogView key={`${shown.log} ${shown.id}`} shown={shown} />;
    case 'daemon':
      return <DaemonView />;
  }
}

/** Problems are seen in the tab of a browser too. */
function useTitle(shown: Route): void {
  const { rows } = useStore(snapshot);
  const problems = rows.filter((row) => appearanceOf(row).tone === 'bad').length;
  const place = site.identifier === 'supervisor' ? site.host : `${site.host} · ${site.identifier}`;
  const subject = shown.view === 'process' || shown.view === 'log' ? `${shown.id || 'main log'} · ` : '';
  const title = `${problems > 0 ? `(${problems}) ` : ''}${subject}${place}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}

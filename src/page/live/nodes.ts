/**
 * The nodes of the fleet, read every few seconds while their list is on the screen.
 *
 * @module
 */
import { useEffect } from 'preact/hooks';
import { type FleetNode, type NodeStruct, nodeOf } from '../model/nodes.ts';
import { get } from './api.ts';
import { snapshot } from './live.ts';
import { site } from './site.ts';
import { storeOf } from './store.ts';

export const nodes = storeOf<readonly FleetNode[]>([]);

const PAUSE_MS = 3000;

/** The name of this node in the fleet. */
export function ownNode(): string {
  return nodes.get().find(({ isSelf }) => isSelf)?.name ?? site.host;
}

/** Reads the nodes while the view is shown; nothing without a fleet. */
export function useNodes(): void {
  useEffect(() => {
    if (site.fleet === null) return undefined;
    let isLeft = false;
    let timer: ReturnType<typeof setTimeout>;
    const turn = async (): Promise<void> => {
      if (document.visibilityState === 'visible') await readNodes();
      if (!isLeft) timer = setTimeout(turn, PAUSE_MS);
    };
    void turn();
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, []);
}

export async function readNodes(): Promise<void> {
  if (site.fleet === null) return;
  try {
    const { nodes: structs } = await get<{ readonly nodes: readonly NodeStruct[] }>('api/nodes');
    const before = new Map(nodes.get().map((node) => [node.name, node]));
    const now = Date.now() / 1000 + snapshot.get().clockOffset;
    nodes.set(structs.map((one) => nodeOf(one, before.get(one.node) ?? null, performance.now(), now)));
  } catch {
    // That this daemon does not answer is shown in the head.
  }
}

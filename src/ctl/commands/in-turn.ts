/**
 * Work through a list with a limit on how much is under way.
 *
 * @module
 */

/**
 * Begins the steps in their order, at most `width` at once. After one that fails none begins; those under way end.
 *
 * @param act false for a step that failed
 * @returns the steps that did not begin
 */
export async function inTurn<S>(
  steps: readonly S[],
  width: number,
  act: (step: S) => Promise<boolean>,
): Promise<readonly S[]> {
  const left = [...steps];
  let isBroken = false;
  const work = async (): Promise<void> => {
    for (let step = left.shift(); step !== undefined; step = isBroken ? undefined : left.shift()) {
      try {
        if (!(await act(step))) isBroken = true;
      } catch (error) {
        isBroken = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(width, steps.length) }, work));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return left;
}

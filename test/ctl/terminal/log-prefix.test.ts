/** Several logs in one. */

import { describe, expect, it } from 'vitest';
import { prefixLines } from '../../../src/ctl/terminal/log-prefix.ts';
import { fc } from '../../properties.ts';

describe('several logs in one', () => {
  it('have their names in front of each line, however the bytes come', () => {
    const bytes = Buffer.from('one\ngrüße\r\nlast');
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (places) => {
        const lines: string[] = [];
        const stream = prefixLines('x | ', (line) => lines.push(line));
        const cuts = [0, ...places.toSorted((a, b) => a - b), bytes.length];
        for (const [index, end] of cuts.slice(1).entries()) stream.push(bytes.subarray(cuts[index], end));
        stream.end();
        expect(lines).toEqual(['x | one', 'x | grüße', 'x | last']);
      }),
    );
  });

  it('show a line that never ends in parts', () => {
    const lines: string[] = [];
    prefixLines('', (line) => lines.push(line)).push(Buffer.alloc(70_000, 'x'));
    expect(lines).toHaveLength(1);
  });
});

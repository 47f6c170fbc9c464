/**
 * The lines of a log; a block that has not changed is not rendered again.
 *
 * @module
 */
import { Component } from 'preact';
import type { Block, LogLine, LogText } from '../model/log-text.ts';
import { markedText, type Place } from '../model/search.ts';
import { bytesText } from '../model/units.ts';

export interface LogLinesProps {
  readonly text: LogText;
  readonly wanted: string;
  readonly place: Place | null;
}

export function LogLines({ text, wanted, place }: LogLinesProps) {
  return (
    <>
      {text.blocks.map((block) => (
        <LogBlock
          key={block.key}
          block={block}
          wanted={wanted}
          line={place?.block === block.key ? place.line : -1}
        />
      ))}
    </>
  );
}

interface LogBlockProps {
  readonly block: Block;
  readonly wanted: string;
  /** The line that the search is at, or -1. */
  readonly line: number;
}

class LogBlock extends Component<LogBlockProps> {
  override shouldComponentUpdate(next: LogBlockProps): boolean {
    const { block, wanted, line } = this.props;
    return next.block !== block || next.wanted !== wanted || next.line !== line;
  }

  override render({ block, wanted, line }: LogBlockProps) {
    return (
      <div class="log-block" data-block={block.key}>
        {block.lines.map((one, index) => (
          <div key={index} class={index === line ? 'log-line found' : 'log-line'}>
            <LineText line={one} wanted={wanted} />
          </div>
        ))}
      </div>
    );
  }
}

function LineText({ line: { text, cut }, wanted }: { readonly line: LogLine; readonly wanted: string }) {
  return (
    <>
      {text === '' ? '\u200b' : null}
      {markedText(text, wanted).map(({ text: piece, style, isMatch }, index) => {
        if (isMatch) {
          return (
            <mark key={index} class={style}>
              {piece}
            </mark>
          );
        }
        return style === '' ? (
          piece
        ) : (
          <span key={index} class={style}>
            {piece}
          </span>
        );
      })}
      {cut > 0 && <span class="log-cut"> … {bytesText(cut)} more in this line</span>}
    </>
  );
}

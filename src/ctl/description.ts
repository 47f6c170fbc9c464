/**
 * What is known of a command apart from what it does: `help`, completion, the man page and the reference page are
 * made from it.
 *
 * @module
 */
import type { ExitName } from './exit-codes.ts';

/** What stands in the place of an argument; completion offers the values. */
export type ArgumentKind =
  /** The name of a process, `GROUP:*`, or `all`. */
  | 'process'
  | 'group'
  | 'command'
  | 'signal'
  /** One of the words in `choices`, or no known set of values. */
  | 'word';

export interface Argument {
  /** As the usage shows it, without brackets. */
  readonly name: string;
  readonly kind: ArgumentKind;
  readonly choices?: readonly string[];
  readonly isOptional?: true;
  /** True for the last argument of a command that takes several. */
  readonly isRepeated?: true;
}

/** An option of a command; the options of the program itself are flags. */
export interface CommandOption<V> {
  readonly flag: `--${string}`;
  /** Name of the value in the usage; null where the option is a switch. */
  readonly value: string | null;
  /** One sentence. */
  readonly help: string;
  readonly since: string;
  /** Reads the value, or the empty text of a switch; null where the value is wrong. */
  readonly read: (text: string) => V | null;
}

export type OptionTable = Readonly<Record<string, CommandOption<unknown>>>;

/** A row of the table of commands, without its function. */
export interface CommandDescription {
  readonly name: string;
  readonly arguments: readonly Argument[];
  readonly options: OptionTable;
  /** One sentence. */
  readonly summary: string;
  /**
   * What `help NAME` prints, without the last line end: a line a form of the command, with TABs between the form and
   * what it does. The words of the stock client where it has the command.
   */
  readonly help: string;
  /** More about the command, one paragraph an item, for the reference and man pages. */
  readonly details: readonly string[];
  /** The exit codes beside 0, and what each means for this command. */
  readonly exits: Readonly<Partial<Record<ExitName, string>>>;
  readonly isStock: boolean;
  /** The first version of visord with the command. */
  readonly since: string;
  /** True for a command that runs on the nodes of a fleet. */
  readonly isForFleet?: true;
  /** False for a command that the list of `help` leaves out. */
  readonly isListed?: false;
}

/** One way to call a command. */
export interface CommandForm {
  readonly usage: string;
  readonly meaning: string;
}

/** Several lines of help. */
export function lines(...parts: readonly string[]): string {
  return parts.join('\n');
}

/** An option without a value. */
export function switchOption(flag: `--${string}`, help: string, since: string): CommandOption<boolean> {
  return { flag, value: null, help, since, read: () => true };
}

/** The forms in a help text, and its other lines; those that only repeat the usage or announce examples are left out. */
export function readForms({ name, help }: CommandDescription): { forms: CommandForm[]; notes: string[] } {
  const forms: CommandForm[] = [];
  const notes: string[] = [];
  for (const line of help.split('\n').filter((text) => text !== '')) {
    const [usage = '', ...rest] = line.split(/\t+/);
    const meaning = rest.join(' ').trim();
    const last = forms.pop();
    if (last !== undefined) {
      const continues = usage === '';
      forms.push(continues ? { ...last, meaning: `${last.meaning} ${meaning}`.trim() } : last);
      if (continues) continue;
    }
    if (meaning !== '') forms.push({ usage: usage.trim(), meaning });
    else if (usage !== 'Ex:' && !usage.startsWith(`${name} `)) notes.push(usage.trim());
  }
  return { forms, notes };
}

/** `restart [--rolling] NAME...`: the command with all that it takes. */
export function usageOf({ name, arguments: taken, options }: CommandDescription): string {
  const flags = Object.values(options).map(({ flag, value }) =>
    value === null ? `[${flag}]` : `[${flag} ${value}]`,
  );
  const words = taken.map(({ name: shown, choices, isOptional, isRepeated }) => {
    const one = `${choices === undefined ? `<${shown}>` : choices.join('|')}${isRepeated ? '...' : ''}`;
    return isOptional ? `[${one}]` : one;
  });
  return [name, ...flags, ...words].join(' ');
}

// Fails on phrases that only the authors of this project understand: see "Plain English" in CONTRIBUTING.md.
// Usage: node scripts/check-words.mjs [FILE...]; without a file, every text of the project that git knows.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Each phrase with what to write in its place. Only persons (a user, an administrator) may be "who". */
const PHRASES = [
  [
    '(?<!\\b(?:people|persons?|users?|administrators?|operators?|authors?|readers?) )who\\b',
    'the process, client or program',
  ],
  ['who(?:m|ever)', 'the process, client or program'],
  ['(?:some|any|every)(?:body|one)\\b|nobody|no one', 'the process, client or program, or "no client"'],
  ['(?:is|are|was|were|be|been|being) said', 'is logged, is reported'],
  ['told|untold', 'reported, notified, logged'],
  ['(?:comes?|came) to(?! an end| rest)', 'results in, becomes, is'],
  ['(?<!there )(?:is|are|was|were) no(?! longer| more| less| fewer)', 'is not a'],
  ['as [^\\s,;]+(?: [^\\s,;]+){0,3} ha(?:s|ve|d) (?:it|them)', 'in the form of'],
  ['so many', 'a number: "the given number of", "256"'],
  ['so long', 'a time: "for that time", "60 seconds"'],
  ['lived? with|lives with', 'ignored'],
  ['be had', 'is available, can be opened'],
  ['hears? (?:of|about|nothing)|heard of', 'receives, is notified of'],
  ['meant (?:to|for)', 'as configured, is for'],
  ['(?:become|becomes|became|becoming) of', 'the result of, what the daemon does with'],
  ['in vain', 'without success, did not happen'],
  ['at hand', 'is installed, is available'],
  ['sa(?:ys?|id) so', 'is set, reports it'],
];

/** Texts that look like a phrase of the list and are something else: names, and the interface of stock supervisord. */
const ALLOWED = /nobody[:-]\w+|[~=]nobody|['`"]nobody['`"]|root:nobody|name nobody|pidfile says so/g;

const FOLDERS = ['src', 'docs', 'compat', 'test', 'scripts', '.github', ':(glob)*.md'];
const OTHERS =
  /^(?:CONTRIBUTING\.md|scripts\/check-words\.mjs|test\/scripts\/check-words\.test\.ts|compat\/recorded\/.*|docs\/schema\/.*|test\/exchange\/export\/compose-spec\/.*)$|\.(?:png|svg|gz|node)$/;

const root = fileURLToPath(new URL('..', import.meta.url));
const pattern = new RegExp(PHRASES.map(([phrase]) => `(\\b(?:${phrase})\\b)`).join('|'), 'i');

/** The first phrase of a line, and what to write in its place; null for a line without one. */
function phraseIn(line) {
  const match = pattern.exec(line.replaceAll(ALLOWED, ''));
  if (match === null) {
    return null;
  }
  const index = match.slice(1).findIndex((group) => group !== undefined);
  return { phrase: match[0], instead: PHRASES[index][1] };
}

const files =
  process.argv.length > 2
    ? process.argv.slice(2)
    : execFileSync('git', ['ls-files', '-z', ...FOLDERS], { cwd: root, encoding: 'utf8' })
        .split('\0')
        .filter((file) => file !== '' && !OTHERS.test(file));

let found = 0;
for (const file of files) {
  for (const [index, line] of readFileSync(resolve(root, file), 'utf8').split('\n').entries()) {
    const hit = phraseIn(line);
    if (hit !== null) {
      found += 1;
      console.error(
        `${file}:${index + 1}: "${hit.phrase}" (write: ${hit.instead}): ${line.trim().slice(0, 160)}`,
      );
    }
  }
}
if (found > 0) {
  console.error(`${found} lines have words that CONTRIBUTING.md ("Plain English") replaces.`);
  process.exit(1);
}

// What a release changes in texts: the version in package.json and the lock file, and the heading in CHANGELOG.md.

const UNRELEASED = '## [Unreleased]';

/** Whether the text is a version as `0.3.0` or `0.3.0-rc.1`. */
export function isVersion(text) {
  return /^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(text);
}

/** Whether the version is newer than the other; a pre-release is older than its release. */
export function isNewer(version, other) {
  const [left, right] = [version, other].map((text) => {
    const [numbers, suffix = ''] = text.split(/-(.*)/s);
    return { numbers: numbers.split('.').map(Number), suffix };
  });
  for (const index of [0, 1, 2]) {
    if (left.numbers[index] !== right.numbers[index]) return left.numbers[index] > right.numbers[index];
  }
  if (left.suffix === '' || right.suffix === '') return left.suffix === '' && right.suffix !== '';
  return left.suffix.localeCompare(right.suffix, 'en', { numeric: true }) > 0;
}

/** A package.json or package-lock.json with the version; nothing else changes. */
export function stampVersion(text, version) {
  const { name, version: old } = JSON.parse(text);
  return text
    .replaceAll(`"name": "${name}",\n`, (line) => `${line}\0`)
    .replace(
      new RegExp(`\0(\\s*"version": )"${old.replaceAll('.', '\\.')}"`, 'g'),
      (_, key) => `${key}"${version}"`,
    )
    .replaceAll('\0', '');
}

/** What stands under [Unreleased]. */
export function unreleasedText(changelog) {
  const [, after = ''] = changelog.split(`${UNRELEASED}\n`);
  return after.split(/^## /m)[0].trim();
}

/** CHANGELOG.md with what was unreleased under a heading of its own, and an empty [Unreleased] above it. */
export function stampChangelog(changelog, version, date) {
  return changelog.replace(`${UNRELEASED}\n`, `${UNRELEASED}\n\n## [${version}] - ${date}\n`);
}

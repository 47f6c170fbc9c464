/**
 * fast-check with the same inputs in each run: a test fails for what has changed, not for an input that comes by chance.
 * `npm test -- --slow`, as every night, tries new ones.
 */
import fc from 'fast-check';

if (process.env.TEST_SLOW !== '1') fc.configureGlobal({ seed: 20_211 });

export { fc };

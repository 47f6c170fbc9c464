/**
 * Limits the memory of the daemon from its first moment. Is imported before everything else: V8 decides on the size
 * of its young generation while modules are still being evaluated.
 *
 * @module
 */
import { addon } from './addon.ts';
import { setV8Flag } from './v8-flags.ts';

/*
 * Until the first programs are started nothing runs often enough to be worth V8's optimizing compiler, whose threads
 * would keep 2 MB for what they made of the start of 1,000 programs. V8's young generation is held at its first size,
 * two halves of 1 MB: left alone it doubles, with ten programs once, with 1,000 up to 16 MB. Malloc has one heap for all
 * threads, as each of V8's would keep more than 1 MB (1,000 programs: 5 MB less).
 */
setV8Flag('--no-turbofan');
setV8Flag('--semi-space-growth-factor=1');
addon.saveMemory();

/**
 * The version of visord itself; what it reports as a supervisor is another one.
 *
 * @module
 */

/** Is replaced by the version of package.json when the commands are bundled. */
declare const BUILT_VERSION: string;

export const VISORD_VERSION: string = BUILT_VERSION;

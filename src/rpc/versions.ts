/**
 * The versions that the API reports; clients choose methods by them.
 *
 * @module
 */

/** Version of the XML-RPC API (`getAPIVersion`). */
export const API_VERSION = '3.0';

/** The supervisor release whose behaviour this is (`getSupervisorVersion`). */
export const SUPERVISOR_VERSION = '4.3.0';

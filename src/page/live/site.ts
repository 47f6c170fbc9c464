/**
 * Where the page is, and what its user may do.
 *
 * @module
 */
import { type Rights, rightsOf, type Site } from '../model/rights.ts';

export const site: Site = readSite();
export const rights: Rights = rightsOf(site);

/** The server writes it to the element of the script. */
function readSite(): Site {
  const { dataset } = document.querySelector<HTMLElement>('script[data-role]') ?? document.body;
  return {
    host: dataset.host ?? location.hostname,
    identifier: dataset.identifier ?? 'supervisor',
    version: dataset.version ?? '',
    role: dataset.role === 'admin' || dataset.role === 'operate' ? dataset.role : 'read',
    user: dataset.user || null,
    seesAll: dataset.all !== 'false',
    fleet: dataset.fleet || null,
  };
}

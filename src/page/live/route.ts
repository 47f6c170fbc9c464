/**
 * The view that the address asks for.
 *
 * @module
 */
import { addressOf, type Route, routeOf } from '../model/routes.ts';
import { storeOf } from './store.ts';

export const route = storeOf<Route>(routeOf(location.hash));

window.addEventListener('hashchange', () => {
  route.set(routeOf(location.hash));
  window.scrollTo(0, 0);
});

export function go(to: Route): void {
  location.hash = addressOf(to);
}

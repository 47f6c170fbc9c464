/**
 * `supervisor.*`: events for the listeners.
 *
 * @module
 */
import { pythonText } from '../../xmlrpc/quote-argument.ts';
import { required, secret, unchecked } from '../arguments.ts';
import { method } from './context.ts';
import { DONE } from './parameters.ts';

export const EVENT_METHODS = [
  method({
    name: 'sendRemoteCommEvent',
    right: 'operate-all',
    help: 'Send a REMOTE_COMMUNICATION event to the event listeners that subscribe to that type of event.',
    parameters: {
      type: required(unchecked('string'), 'The "type" in the body of the event', 'deploy'),
      data: secret(required(unchecked('string'), 'The data in the body of the event', 'version 12')),
    },
    returns: DONE,
    answersWhileEnding: true,
    handle: ({ type, data }, { supervisor }) => {
      supervisor.sendRemoteCommEvent(pythonText(type), pythonText(data));
      return true;
    },
  }),
];

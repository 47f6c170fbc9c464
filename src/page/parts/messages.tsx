/**
 * Messages with the results of actions.
 *
 * @module
 */
import { close, type Message, messages } from '../live/messages.ts';
import { useStore } from '../live/store.ts';
import { Dot } from './badge.tsx';
import { Icon } from './icons.tsx';

const MOST_FAILURES = 8;
const TONES = { working: 'busy', done: 'good', error: 'bad' } as const;

export function Messages() {
  const shown = useStore(messages);
  return (
    <div class="messages" role="status" aria-live="polite" aria-atomic="false">
      {shown.map((message) => (
        <OneMessage key={message.key} message={message} />
      ))}
    </div>
  );
}

function OneMessage({ message: { key, kind, text, failures } }: { readonly message: Message }) {
  const left = failures.length - MOST_FAILURES;
  return (
    <div class={`message ${TONES[kind]}`}>
      <Dot tone={TONES[kind]} />
      <div class="message-text">
        {text}
        {failures.length > 0 && (
          <ul>
            {failures.slice(0, MOST_FAILURES).map(({ title, reason }) => (
              <li key={title}>
                <b>{title}</b> {reason}
              </li>
            ))}
            {left > 0 && <li>and {left} more</li>}
          </ul>
        )}
      </div>
      <button type="button" class="icon-button" aria-label="Close the message" onClick={() => close(key)}>
        <Icon name="close" />
      </button>
    </div>
  );
}

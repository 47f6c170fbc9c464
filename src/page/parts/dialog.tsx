/**
 * The question before an action.
 *
 * @module
 */
import { useEffect, useRef } from 'preact/hooks';
import { question } from '../live/messages.ts';
import { useStore } from '../live/store.ts';

export function QuestionDialog() {
  const asked = useStore(question);
  const element = useRef<HTMLDialogElement>(null);
  const confirm = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asked === null) return;
    element.current?.showModal();
    confirm.current?.focus();
  }, [asked]);
  if (asked === null) return null;
  return (
    <dialog
      ref={element}
      class="question"
      aria-labelledby="question-title"
      aria-describedby="question-text"
      onClose={() => asked.answer(false)}
    >
      <h2 id="question-title">{asked.title}</h2>
      <p id="question-text">{asked.text}</p>
      <div class="buttons">
        <button type="button" class="button" onClick={() => asked.answer(false)}>
          Cancel
        </button>
        <button
          ref={confirm}
          type="button"
          class={`button ${asked.isHarmful ? 'harmful' : 'main'}`}
          onClick={() => asked.answer(true)}
        >
          {asked.confirm}
        </button>
      </div>
    </dialog>
  );
}

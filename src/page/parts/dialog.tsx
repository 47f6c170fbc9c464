/**
 * The question before an action.
 *
 * @module
 */
import { useEffect, useRef } from 'preact/hooks';
import { type NumberField, question } from '../live/messages.ts';
import { useStore } from '../live/store.ts';

export function QuestionDialog() {
  const asked = useStore(question);
  const element = useRef<HTMLDialogElement>(null);
  const confirm = useRef<HTMLButtonElement>(null);
  const number = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (asked === null) return;
    element.current?.showModal();
    if (number.current === null) confirm.current?.focus();
    else number.current.select();
  }, [asked]);
  if (asked === null) return null;
  const confirmed = (): void => {
    if (number.current?.reportValidity() === false) return;
    asked.answer(true, number.current?.valueAsNumber);
  };
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
      {asked.number && <NumberInput field={asked.number} input={number} confirmed={confirmed} />}
      <div class="buttons">
        {asked.number?.other != null && (
          <button type="button" class="button first" onClick={() => asked.number?.choose?.()}>
            {asked.number.other}
          </button>
        )}
        <button type="button" class="button" onClick={() => asked.answer(false)}>
          Cancel
        </button>
        <button
          ref={confirm}
          type="button"
          class={`button ${asked.isHarmful ? 'harmful' : 'main'}`}
          onClick={confirmed}
        >
          {asked.confirm}
        </button>
      </div>
    </dialog>
  );
}

function NumberInput(props: {
  readonly field: NumberField;
  readonly input: { current: HTMLInputElement | null };
  confirmed(): void;
}) {
  const { label, first, least, most } = props.field;
  return (
    <label class="number">
      {label}
      <input
        ref={props.input}
        type="number"
        required
        step={1}
        min={least}
        max={most}
        defaultValue={String(first)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') props.confirmed();
        }}
      />
    </label>
  );
}

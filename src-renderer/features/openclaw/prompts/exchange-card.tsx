import { RotateCw, X } from 'lucide-react';
import { memo, useId, useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import {
  Button,
  CopyButton,
  ErrorNotice,
  IconButton,
  Mono,
  Spinner,
  formatMomentWithSeconds,
  quoteUntrusted,
  useNow,
} from '../../../ui/index.ts';
import { ANSWER_LIMIT, isCut, showAnswer, wholeAnswer, type AnswerText } from './answer.ts';
import type { SentRequest, Exchange } from './conversation.ts';
import styles from './prompts.module.css';

/** Characters of a long prompt shown until the person presses "Show all". */
const SHOWN = 600;

export type ExchangeCardProps = Readonly<{
  exchange: Exchange;
  /** Name of the machine where a person approves the request, quoted for a sentence. */
  peer: string;
  /** Another request is running, so the person can't send this one again. */
  isBusy: boolean;
  onCancel(): void;
  onAgain(): void;
  onRemove(): void;
}>;

/**
 * Shows a prompt or the start of a workflow with its answer, as plain text without markup or links. The person can cancel, copy, send again or remove
 * it.
 */
export function ExchangeCard({ exchange, peer, isBusy, onCancel, onAgain, onRemove }: ExchangeCardProps): ReactElement {
  const id = useId();
  const now = useNow(60_000);
  const { state, answer, error, sentAt, request } = exchange;
  const isRunning = state === 'waiting' || state === 'approval' || state === 'answering';
  return (
    <li className={styles['exchange']} aria-labelledby={`${id}-request`} aria-busy={isRunning} data-state={state}>
      <div className={styles['request']}>
        <div className={styles['request-head']}>
          <h4 id={`${id}-request`} className={styles['who']}>
            {request.kind === 'prompt'
              ? text('prompts.sent.prompt')
              : text('prompts.sent.workflow', { workflow: request.workflow })}
          </h4>
          <span className={styles['time']}>{formatMomentWithSeconds(sentAt, now)}</span>
          {!isRunning && (
            <IconButton size="small" label={text('prompts.answer.remove')} icon={<X />} onClick={onRemove} />
          )}
        </div>
        <RequestText request={request} />
      </div>
      <div className={styles['answer']}>
        <AnswerText answer={answer} />
        {isCut(answer) && <p className={styles['note']}>{text('prompts.answer.cut', { count: ANSWER_LIMIT })}</p>}
        {state === 'failed' && <ErrorNotice error={error} />}
        <div className={styles['answer-foot']}>
          {/* Screen readers announce the state when it changes, but not the text of the answer. */}
          <span className={styles['answer-state']} role="status">
            {isRunning && (
              <span aria-hidden="true">
                <Spinner label="" />
              </span>
            )}
            {stateText(exchange, peer)}
          </span>
          <span className={styles['actions']}>
            {isRunning && (
              <Button size="small" onClick={onCancel}>
                {text('prompts.field.cancel')}
              </Button>
            )}
            {answer.length > 0 && !isRunning && (
              <CopyButton value={wholeAnswer(answer)} label={text('prompts.answer.copy')} />
            )}
            {!isRunning && (
              <Button size="small" icon={<RotateCw aria-hidden="true" />} disabled={isBusy} onClick={onAgain}>
                {text('prompts.answer.again')}
              </Button>
            )}
          </span>
        </div>
      </div>
    </li>
  );
}

function stateText({ state, answer }: Exchange, peer: string): string {
  if (state === 'approval') return text('prompts.answer.approval', { peer });
  if (state === 'done' && answer.length === 0) return text('prompts.answer.done.empty');
  return text(`prompts.answer.${state}`);
}

function RequestText({ request }: Readonly<{ request: SentRequest }>): ReactElement | null {
  const [isWhole, setWhole] = useState(false);
  if (request.kind === 'workflow') {
    const params = JSON.stringify(request.params);
    return params === '{}' ? null : (
      <p className={styles['request-text']}>
        {text('prompts.sent.params')} <Mono>{showAnswer(params)}</Mono>
      </p>
    );
  }
  const isLong = request.prompt.length > SHOWN;
  const shown = isLong && !isWhole ? `${request.prompt.slice(0, SHOWN)}…` : request.prompt;
  return (
    <>
      <p className={styles['request-text']} dir="auto">
        {showAnswer(shown)}
      </p>
      {request.session !== undefined && (
        <p className={styles['request-text']}>
          {text('prompts.sent.session', { session: quoteUntrusted(request.session) })}
        </p>
      )}
      {isLong && (
        <Button size="small" variant="quiet" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {text(isWhole ? 'prompts.answer.less' : 'prompts.answer.more')}
        </Button>
      )}
    </>
  );
}

/** Shows the text of an answer. Finished blocks aren't rendered again. */
function AnswerText({ answer }: Readonly<{ answer: AnswerText }>): ReactElement | null {
  if (answer.length === 0) return null;
  return (
    <div className={styles['answer-text']} role="group" aria-label={text('prompts.answer')}>
      {answer.blocks.map((block, index) => {
        // Blocks are only appended.
        const key = `${index}`;
        return <Block key={key} block={block} />;
      })}
      {answer.tail !== '' && <Block block={answer.tail} />}
    </div>
  );
}

const Block = memo(function Block({ block }: Readonly<{ block: string }>): ReactElement {
  return (
    <p className={styles['block']} dir="auto">
      {showAnswer(block)}
    </p>
  );
});

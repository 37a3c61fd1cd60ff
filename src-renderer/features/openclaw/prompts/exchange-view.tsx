import { RotateCw, X } from 'lucide-react';
import { memo, useId, useState, type ReactElement } from 'react';
import { formatUnit, text } from '../../../locale/index.ts';
import {
  Button,
  CopyButton,
  ErrorNotice,
  IconButton,
  Mono,
  Spinner,
  formatMoment,
  quoteUntrusted,
  useNow,
} from '../../../ui/index.ts';
import { ANSWER_LIMIT, isCut, showAnswer, wholeAnswer, type AnswerText } from './answer.ts';
import type { SentRequest, Exchange } from './conversation.ts';
import styles from './prompts.module.css';

/** Characters of a long prompt shown until the person presses "Show all". */
const SHOWN = 600;

export type ExchangeViewProps = Readonly<{
  exchange: Exchange;
  /** Name of the machine where a person approves the request, quoted for a sentence. */
  peer: string;
  /** Another request is running, so the person can't send this one again. */
  isBusy: boolean;
  onAgain(): void;
  onRemove(): void;
}>;

/** A prompt or the start of a workflow, and its answer as plain text without markup or links. The person can copy, send again or remove it. */
export function ExchangeView({ exchange, peer, isBusy, onAgain, onRemove }: ExchangeViewProps): ReactElement {
  const id = useId();
  const now = useNow(60_000);
  const { state, answer, error, sentAt, endedAt, request } = exchange;
  const isRunning = endedAt === null;
  const facts = [formatMoment(sentAt, now), endedAt === null ? '' : durationText(endedAt - sentAt)];
  return (
    <li className={styles['exchange']} aria-labelledby={`${id}-request`} aria-busy={isRunning} data-state={state}>
      <div className={styles['request']}>
        <h3 id={`${id}-request`} className={request.kind === 'prompt' ? 'visually-hidden' : styles['workflow-sent']}>
          {request.kind === 'prompt'
            ? text('prompts.sent.prompt')
            : text('prompts.sent.workflow', { workflow: request.workflow })}
        </h3>
        <RequestText request={request} />
      </div>
      <AnswerView answer={answer} />
      {isCut(answer) && <p className={styles['note']}>{text('prompts.answer.cut', { count: ANSWER_LIMIT })}</p>}
      {state === 'failed' && <ErrorNotice error={error} />}
      <div className={styles['foot']}>
        {!isRunning && <span>{facts.filter(Boolean).join(' · ')}</span>}
        {/* Screen readers announce the state when it changes, but not the text of the answer. */}
        <span
          className={state === 'done' && answer.length > 0 ? 'visually-hidden' : styles['foot-state']}
          role="status"
        >
          {isRunning && (
            <span aria-hidden="true">
              <Spinner label="" />
            </span>
          )}
          {stateText(exchange, peer)}
        </span>
        {!isRunning && (
          <span className={styles['foot-actions']}>
            {answer.length > 0 && (
              <CopyButton value={wholeAnswer(answer)} label={text('prompts.answer.copy')} variant="quiet" />
            )}
            <IconButton
              size="small"
              label={text('prompts.answer.again')}
              icon={<RotateCw />}
              disabled={isBusy}
              onClick={onAgain}
            />
            <IconButton size="small" label={text('prompts.answer.remove')} icon={<X />} onClick={onRemove} />
          </span>
        )}
      </div>
    </li>
  );
}

function durationText(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  return seconds < 60 ? formatUnit(Math.round(seconds), 'second') : formatUnit(Math.round(seconds / 60), 'minute');
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
        <p className={styles['request-session']}>
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
function AnswerView({ answer }: Readonly<{ answer: AnswerText }>): ReactElement | null {
  if (answer.length === 0) return null;
  return (
    <div className={styles['answer']} role="group" aria-label={text('prompts.answer')}>
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

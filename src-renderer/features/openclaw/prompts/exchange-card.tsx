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
  formatSecond,
  quoteUntrusted,
  useNow,
} from '../../../ui/index.ts';
import { ANSWER_LIMIT, isCut, showAnswer, wholeAnswer, type AnswerText } from './answer.ts';
import type { SentRequest, Exchange } from './conversation.ts';
import styles from './prompts.module.css';

/** Characters of a prompt shown before "Show all". */
const SHOWN = 600;

export type ExchangeCardProps = Readonly<{
  exchange: Exchange;
  /** Name of the machine where a person decides, for use in a sentence. */
  peer: string;
  /** Another request is running, so this one can't be sent again. */
  isBusy: boolean;
  onCancel(): void;
  onAgain(): void;
  onRemove(): void;
}>;

/** A request and its answer, both as plain text without markup or links. */
export function ExchangeCard({ exchange, peer, isBusy, onCancel, onAgain, onRemove }: ExchangeCardProps): ReactElement {
  const id = useId();
  const now = useNow(60_000);
  const { state, answer, error, askedAt, asked } = exchange;
  const isRunning = state === 'waiting' || state === 'approval' || state === 'answering';
  return (
    <li className={styles['exchange']} aria-labelledby={`${id}-asked`} aria-busy={isRunning} data-state={state}>
      <div className={styles['asked']}>
        <div className={styles['asked-head']}>
          <h4 id={`${id}-asked`} className={styles['who']}>
            {asked.kind === 'prompt'
              ? text('remotes.asked.prompt')
              : text('remotes.asked.workflow', { workflow: asked.workflow })}
          </h4>
          <span className={styles['time']}>{formatSecond(askedAt, now)}</span>
          {!isRunning && (
            <IconButton size="small" label={text('remotes.answer.forget')} icon={<X />} onClick={onRemove} />
          )}
        </div>
        <AskedText asked={asked} />
      </div>
      <div className={styles['answer']}>
        <AnswerText answer={answer} />
        {isCut(answer) && <p className={styles['note']}>{text('remotes.answer.cut', { count: ANSWER_LIMIT })}</p>}
        {state === 'failed' && <ErrorNotice error={error} />}
        <div className={styles['answer-foot']}>
          {/* Told aloud when it changes; the words of the answer are read by whoever goes there. */}
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
                {text('remotes.prompt.cancel')}
              </Button>
            )}
            {answer.length > 0 && !isRunning && (
              <CopyButton value={wholeAnswer(answer)} label={text('remotes.answer.copy')} />
            )}
            {!isRunning && (
              <Button size="small" icon={<RotateCw aria-hidden="true" />} disabled={isBusy} onClick={onAgain}>
                {text('remotes.answer.again')}
              </Button>
            )}
          </span>
        </div>
      </div>
    </li>
  );
}

function stateText({ state, answer }: Exchange, peer: string): string {
  if (state === 'approval') return text('remotes.answer.approval', { peer });
  if (state === 'done' && answer.length === 0) return text('remotes.answer.done.empty');
  return text(`remotes.answer.${state}`);
}

function AskedText({ asked }: Readonly<{ asked: SentRequest }>): ReactElement | null {
  const [isWhole, setWhole] = useState(false);
  if (asked.kind === 'workflow') {
    const params = JSON.stringify(asked.params);
    return params === '{}' ? null : (
      <p className={styles['asked-text']}>
        {text('remotes.asked.params')} <Mono>{showAnswer(params)}</Mono>
      </p>
    );
  }
  const isLong = asked.prompt.length > SHOWN;
  const shown = isLong && !isWhole ? `${asked.prompt.slice(0, SHOWN)}…` : asked.prompt;
  return (
    <>
      <p className={styles['asked-text']} dir="auto">
        {showAnswer(shown)}
      </p>
      {asked.session !== undefined && (
        <p className={styles['asked-text']}>
          {text('remotes.asked.session', { session: quoteUntrusted(asked.session) })}
        </p>
      )}
      {isLong && (
        <Button size="small" variant="quiet" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {text(isWhole ? 'remotes.answer.less' : 'remotes.answer.more')}
        </Button>
      )}
    </>
  );
}

/** Text of an answer. Finished blocks aren't rendered again, nor laid out while out of view. */
function AnswerText({ answer }: Readonly<{ answer: AnswerText }>): ReactElement | null {
  if (answer.length === 0) return null;
  return (
    <div className={styles['answer-text']} role="group" aria-label={text('remotes.answer')}>
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

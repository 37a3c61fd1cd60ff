import { useCallback, useRef, useState, type ReactElement } from 'react';
import type { MessageView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApi } from '../../../store/index.ts';
import { Button } from '../../../ui/index.ts';
import { LinkedText } from '../../hyperlinks/index.ts';
import { foldedBody, shownBody } from '../message-text.ts';
import styles from './conversation.module.css';
import { useNear } from './use-seen.ts';

/**
 * Body of a message as plain text, never markup. Web addresses in it can be pressed, which asks first. A list has its beginning only, so the rest is loaded when the
 * message comes near the visible part. A long body is folded.
 */
export function MessageBody({ message, machine }: Readonly<{ message: MessageView; machine: string }>): ReactElement {
  const { id, media, isCut } = message;
  const api = useApi();
  const element = useRef<HTMLDivElement>(null);
  const [whole, setWhole] = useState<Pick<MessageView, 'body' | 'isCut'>>();
  const [isOpen, setOpen] = useState(false);
  const load = useCallback(() => {
    // Without an answer the beginning stays.
    api.call('messages.get', { id }).then(setWhole, () => undefined);
  }, [api, id]);
  useNear(element, isCut && whole === undefined ? load : undefined);
  const { body, isCode } = shownBody({ media, body: whole?.body ?? message.body });
  const folded = foldedBody(body);
  const isPart = isCut && whole === undefined;
  const shown = isOpen || folded === undefined ? body : folded;
  const words = (
    <LinkedText text={shown} isCut={isPart || shown.length < body.length} origin={originOf(message, machine)} />
  );
  const more = isPart || shown.length < body.length ? '…' : '';
  return (
    <div ref={element} className={styles['body']}>
      {isCode ? (
        <pre className={styles['code']} dir="ltr">
          {words}
          {more}
        </pre>
      ) : (
        <p className={styles['text']} dir="auto">
          {words}
          {more}
        </p>
      )}
      {folded !== undefined && (
        <Button size="small" variant="quiet" edge="start" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {text(isOpen ? 'messages.show-less' : 'messages.show-all')}
        </Button>
      )}
      {whole?.isCut === true && isOpen && <p className={styles['cut']}>{text('messages.cut')}</p>}
    </div>
  );
}

/** Says who has written a message, before a link in it is opened. @param machine machine of the other agent, quoted for a sentence */
function originOf({ direction, agent, other }: MessageView, machine: string): string {
  return direction === 'in' ? text('messages.link', { agent: other, machine }) : text('messages.link.own', { agent });
}

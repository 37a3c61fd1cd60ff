import { useMemo, type ReactElement } from 'react';
import { countSpecial, piecesOf, type Piece } from '#shared/visible-text/index.ts';
import { text } from '../../../locale/index.ts';
import { CopyButton, Ordered, OrderedRuns } from '../../../ui/index.ts';
import styles from './command-box.module.css';
import { useReadToEnd } from '../decision/use-read-to-end.ts';

export type CommandBoxProps = Readonly<{
  /** Heading of the box, also its name for screen readers. */
  label: string;
  command: string;
  /** True for prose, which is laid out in the direction of its language. A command is laid out from left to right. */
  isProse?: boolean;
  /** Called when the person has had the whole text in sight; at once if it fits into the box. */
  onRead(): void;
}>;

/**
 * Shows a whole command or prompt of a request in a scrolling box, with a button that copies it to the clipboard. Hidden and confusable characters
 * are marked.
 */
export function CommandBox({ label, command, isProse = false, onRead }: CommandBoxProps): ReactElement {
  const { box, end, needsScroll } = useReadToEnd(onRead);
  const pieces = useMemo(() => piecesOf(command), [command]);
  const special = countSpecial(pieces);
  return (
    <div className={styles['piece']}>
      <div className={styles['head']}>
        <span className={styles['label']}>{label}</span>
        <CopyButton value={command} label={text('requests.copy')} />
      </div>
      <div
        ref={box}
        className={styles['command']}
        role="group"
        aria-label={label}
        // A scrolling region has to be focusable (WCAG 2.1.1); not every browser ensures it.
        {...(needsScroll && { tabIndex: 0 })}
      >
        {isProse ? (
          <code dir="auto">
            <Pieces pieces={pieces} isProse />
          </code>
        ) : (
          <code dir="ltr">
            <Ordered>
              <Pieces pieces={pieces} />
            </Ordered>
          </code>
        )}
        <span ref={end} className={styles['end']} aria-hidden="true" />
      </div>
      {needsScroll && <p className={styles['long']}>{text('requests.long', { count: command.length })}</p>}
      {special > 0 && (
        <p className={styles['special']} role="note">
          {text('requests.special', { count: special })}
        </p>
      )}
    </div>
  );
}

/** Shows text in its logical order, with hidden and confusable characters marked. Also used for facts and for decided requests. */
export function MarkedText({ children }: Readonly<{ children: string }>): ReactElement {
  return (
    <Ordered>
      <Pieces pieces={piecesOf(children)} />
    </Ordered>
  );
}

type PiecesProps = Readonly<{ pieces: readonly Piece[]; isProse?: boolean }>;

function Pieces({ pieces, isProse = false }: PiecesProps): ReactElement {
  return (
    <>
      {pieces.map((piece, index) => {
        // Pieces may be equal.
        const key = `${index} ${piece.kind}`;
        if (isProse && piece.kind === 'plain') return <span key={key}>{piece.text}</span>;
        return <PieceText key={key} piece={piece} />;
      })}
    </>
  );
}

function PieceText({ piece }: Readonly<{ piece: Piece }>): ReactElement {
  switch (piece.kind) {
    case 'plain':
      return <OrderedRuns>{piece.text}</OrderedRuns>;
    case 'hidden':
      return (
        <mark className={styles['mark']} title={text('requests.hidden', { code: piece.code })}>
          {`⟨${piece.code}⟩`}
        </mark>
      );
    case 'confusable':
      return (
        <mark className={styles['mark']} title={text('requests.confusable', { code: piece.code, like: piece.like })}>
          <bdi>{piece.text}</bdi>
          {`⟨${piece.code}⟩`}
        </mark>
      );
  }
}

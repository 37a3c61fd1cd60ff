import { Fragment, useMemo, useRef, useState, type ReactElement } from 'react';
import { explain } from '../../locale/index.ts';
import { notify, openLink, useApi, useApp } from '../../store/index.ts';
import { LinkDialog } from './hyperlink-dialog.tsx';
import { inspectLink, type Hyperlink } from './hyperlink.ts';
import styles from './hyperlinks.module.css';
import { linkPieces } from './link-pieces.ts';

export type LinkedTextProps = Readonly<{
  /** Text that someone else may have written, safe to show. */
  text: string;
  /** True if the text goes on. */
  isCut: boolean;
  /** Sentence about who wrote it, in the question. */
  origin: string;
}>;

/** Text whose web addresses can be pressed. A press asks first, with the real host; an address with a name or password before its host isn't opened. */
export function LinkedText({ text, isCut, origin }: LinkedTextProps): ReactElement {
  const api = useApi();
  const facts = useApp((state) => state.facts);
  const pressed = useRef<HTMLButtonElement>(null);
  const [asked, setAsked] = useState<Hyperlink>();
  const pieces = useMemo(() => linkPieces(text, isCut), [text, isCut]);
  const open = (url: string): void => {
    openLink(api, facts, url).catch((error: unknown) => notify({ tone: 'bad', text: explain(error).what }));
  };
  return (
    <>
      {pieces.map((piece, index) =>
        piece.kind === 'text' ? (
          // eslint-disable-next-line react/no-array-index-key -- the pieces of one text keep their places
          <Fragment key={index}>{piece.text}</Fragment>
        ) : (
          <button
            // eslint-disable-next-line react/no-array-index-key -- as above
            key={index}
            type="button"
            role="link"
            className={styles['link']}
            onClick={(event) => {
              pressed.current = event.currentTarget;
              setAsked(inspectLink(piece.text, piece.text, { allowsCredentials: false }));
            }}
          >
            {piece.text}
          </button>
        ),
      )}
      {asked !== undefined && (
        <LinkDialog
          link={asked}
          origin={origin}
          onOpen={open}
          onClose={() => setAsked(undefined)}
          returnFocus={() => pressed.current}
        />
      )}
    </>
  );
}

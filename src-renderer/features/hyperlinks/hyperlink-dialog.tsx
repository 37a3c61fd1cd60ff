import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Banner, Button, Dialog, Mono, type DialogProps } from '../../ui/index.ts';
import type { Hyperlink } from './hyperlink.ts';
import styles from './hyperlinks.module.css';

type LinkProps = Readonly<{
  link: Hyperlink;
  /** Sentence about who shows the link. */
  origin: string;
  /** Opens the address in the person's browser. */
  onOpen(url: string): void;
  onClose(): void;
  returnFocus?: DialogProps['returnFocus'];
}>;

/**
 * Dialog that shows the real address of a link in a terminal or a message and warns of tricks. The person opens it in the system's browser or not; an address that
 * isn't safe can't be opened.
 */
export function LinkDialog({ link, origin, onOpen, onClose, returnFocus }: LinkProps): ReactElement {
  return link.kind === 'link' ? (
    <OpenLink link={link} origin={origin} onOpen={onOpen} onClose={onClose} returnFocus={returnFocus} />
  ) : (
    <Dialog
      open
      onClose={onClose}
      returnFocus={returnFocus}
      title={text('terminals.link.refused')}
      description={text(`terminals.link.refused.${link.reason}`)}
      actions={<Button onClick={onClose}>{text('terminals.close')}</Button>}
    >
      <p className={styles['address']}>
        <bdi>
          <Mono>{link.text}</Mono>
        </bdi>
      </p>
    </Dialog>
  );
}

type OpenProps = LinkProps & Readonly<{ link: Extract<Hyperlink, { kind: 'link' }> }>;

function OpenLink({ link, origin, onOpen, onClose, returnFocus }: OpenProps): ReactElement {
  const warnings = [
    link.shown !== undefined && text('terminals.link.other'),
    link.coded && text('terminals.link.coded'),
    link.credentials && text('terminals.link.credentials'),
    link.scheme === 'http' && text('terminals.link.insecure'),
  ].filter((warning) => warning !== false);
  const open = (): void => {
    onOpen(link.url);
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      returnFocus={returnFocus}
      title={text('terminals.link.title')}
      description={origin}
      actions={
        <>
          <Button onClick={onClose}>{text('terminals.cancel')}</Button>
          <Button variant="primary" onClick={open}>
            {text('terminals.link.open')}
          </Button>
        </>
      }
    >
      <dl className={styles['facts']}>
        <dt>{text(link.scheme === 'mailto' ? 'terminals.link.mail' : 'terminals.link.host')}</dt>
        <dd className={styles['host']}>
          <bdi>{link.host}</bdi>
        </dd>
        <dt>{text('terminals.link.address')}</dt>
        <dd className={styles['address']}>
          <bdi>
            <Mono>{link.url}</Mono>
          </bdi>
        </dd>
        {link.shown !== undefined && (
          <>
            <dt>{text('terminals.link.shown')}</dt>
            <dd className={styles['address']}>
              <bdi>{link.shown}</bdi>
            </dd>
          </>
        )}
      </dl>
      {warnings.length > 0 && (
        <div className={styles['warnings']}>
          {warnings.map((warning) => (
            <Banner key={warning} tone="warning">
              {warning}
            </Banner>
          ))}
        </div>
      )}
    </Dialog>
  );
}

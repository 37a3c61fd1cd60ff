import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { ShareLinkView } from '#shared/app-api/index.ts';
import { formatNumber, text } from '../../../locale/index.ts';
import { showSettingsPlace, useApp, useCall } from '../../../store/index.ts';
import {
  Button,
  CopyButton,
  ErrorNotice,
  formatMoment,
  quoteUntrusted,
  Select,
  Switch,
  useNow,
  type ArrivalGuard,
} from '../../../ui/index.ts';
import { DocumentText } from '../../documents/index.ts';
import { GuestCard, useGuestGuard, useShowsGuestsOf } from '../../guests/index.ts';
import { hostOf } from '../../relay-reach/index.ts';
import { GuestRow } from './guest-row.tsx';
import styles from './sharing.module.css';

/** Time for which the page says that it has copied a link, ms. */
const COPIED_FOR = 4000;

type Role = ShareLinkView['role'];

export type LinkSectionProps = Readonly<{
  peerId: string;
  terminal: string;
  /** Closes the dialog, before another page is shown. */
  onLeave(): void;
}>;

/**
 * Part of the dialog that shares a terminal: links for guests in browsers, the guests, and what ends both. Without a relay, through which guests come, and with
 * one whose certificate browsers don't trust, it says how to set up another, whose address is entered in the settings.
 */
export function LinkSection({ peerId, terminal, onLeave }: LinkSectionProps): ReactElement {
  const hasRelay = useApp(({ status }) => status?.relay.state !== 'none');
  // Browsers know no pins.
  const isUntrusted = useApp(({ status }) => status?.relay.pin !== undefined);
  const relay = useApp(({ status }) => hostOf(status?.relay.advertised ?? status?.relay.url ?? '') ?? '');
  const mayCreate = hasRelay && !isUntrusted;
  const links = useApp((state) => state.shareLinks).filter((link) => link.terminal === terminal);
  const [created, setCreated] = useState<CreatedLink>();
  const [isAdding, setAdding] = useState(links.length === 0);
  const hasForm = mayCreate && (links.length === 0 || isAdding);
  const guard = useGuestGuard(links);
  useShowsGuestsOf(terminal);
  useEffect(() => {
    if (created === undefined) return undefined;
    const timer = setTimeout(() => setCreated(undefined), COPIED_FOR);
    return () => clearTimeout(timer);
  }, [created]);
  return (
    <section className={styles['links']} aria-label={text('sharing.link')}>
      <h3 className={styles['heading']}>{text('sharing.link')}</h3>
      <p className={styles['note']}>
        {mayCreate ? (
          text('sharing.link.text')
        ) : (
          <DocumentText document="HOSTING.md">
            {hasRelay
              ? text('sharing.link.untrusted', { relay: quoteUntrusted(relay) })
              : text('sharing.link.no-relay')}
          </DocumentText>
        )}
      </p>
      {!mayCreate && (
        <div>
          <Button
            onClick={() => {
              onLeave();
              showSettingsPlace('relay');
            }}
          >
            {text('sharing.link.address')}
          </Button>
        </div>
      )}
      {links.map((link) => (
        <OpenLink key={link.id} link={link} guard={guard} created={created?.id === link.id ? created : undefined} />
      ))}
      {hasForm && (
        <NewLink
          peerId={peerId}
          terminal={terminal}
          isFurther={links.length > 0}
          onCreated={(link) => {
            setCreated(link);
            setAdding(false);
          }}
        />
      )}
      {mayCreate && !hasForm && (
        <div>
          <Button onClick={() => setAdding(true)}>{text('sharing.link.create.another')}</Button>
        </div>
      )}
    </section>
  );
}

type CreatedLink = Readonly<{ id: string; isCopied: boolean }>;

type NewLinkProps = Pick<LinkSectionProps, 'peerId' | 'terminal'> &
  Readonly<{
    /** A press of a button above has asked for the form. */
    isFurther: boolean;
    onCreated(link: CreatedLink): void;
  }>;

/** Choices for a link, and the button that creates it and copies it. */
function NewLink({ peerId, terminal, isFurther, onCreated }: NewLinkProps): ReactElement {
  const create = useCall('shareLink.create');
  const [role, setRole] = useState<Role>('view');
  const [minutes, setMinutes] = useState('60');
  const [once, setOnce] = useState(false);
  const [letIn, setLetIn] = useState(false);
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The button that asked for the form is gone.
    if (isFurther) form.current?.querySelector('button')?.focus();
    // Once: a link that comes meanwhile moves no focus.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  const run = async (): Promise<void> => {
    const link = await create.run({
      peer: peerId,
      terminal,
      role,
      seconds: Number(minutes) * 60,
      once,
      letIn: letIn && role === 'view',
    });
    if (link === undefined) return;
    // Without the clipboard, the row of the link has a button for it.
    const isCopied = await navigator.clipboard.writeText(link.url).then(
      () => true,
      () => false,
    );
    onCreated({ id: link.id, isCopied });
  };
  return (
    <div ref={form} className={styles['link']}>
      <div className={styles['choices']}>
        <Select
          label={text('sharing.link.role')}
          value={role}
          options={[
            { value: 'view', label: text('sharing.link.view') },
            { value: 'type', label: text('sharing.link.type') },
          ]}
          onChange={(value) => setRole(value === 'type' ? 'type' : 'view')}
        />
        <Select
          label={text('sharing.link.for')}
          value={minutes}
          options={[
            { value: '15', label: text('sharing.link.minutes') },
            { value: '60', label: text('sharing.link.hour') },
            { value: '480', label: text('sharing.link.hours') },
          ]}
          onChange={setMinutes}
        />
      </div>
      <Switch label={text('sharing.link.once')} checked={once} onChange={setOnce} />
      <Switch
        label={text('sharing.link.let-in')}
        description={text('sharing.link.let-in.text')}
        checked={letIn && role === 'view'}
        disabled={role === 'type'}
        onChange={setLetIn}
      />
      <div className={styles['create']}>
        <Button variant="primary" busy={create.busy} onClick={() => void run()}>
          {text('sharing.link.create')}
        </Button>
      </div>
      {create.error !== undefined && <ErrorNotice error={create.error} onDismiss={() => create.reset()} />}
    </div>
  );
}

type OpenLinkProps = Readonly<{
  link: ShareLinkView;
  guard: ArrivalGuard;
  /** Set for a while after the link was created here. */
  created: CreatedLink | undefined;
}>;

/** Link that is open, with its guests. */
function OpenLink({ link, guard, created }: OpenLinkProps): ReactElement {
  const row = useRef<HTMLDivElement>(null);
  const isNew = created !== undefined;
  useEffect(() => {
    if (!isNew) return;
    row.current?.scrollIntoView({ block: 'nearest' });
    // The button that created the link is gone.
    row.current?.querySelector('button')?.focus();
  }, [isNew]);
  const now = useNow(1000);
  const end = useCall('shareLink.end', { outlives: true });
  const number = formatNumber(link.number);
  const role = text(link.role === 'type' ? 'sharing.link.type' : 'sharing.link.view');
  return (
    <div className={styles['link']}>
      <div ref={row} className={styles['viewer']}>
        <span className={styles['name']}>
          {text('sharing.link.ends', { number, role, time: formatMoment(link.expiresAt, now) })}
          <span role="status" className={styles['copied']}>
            {created?.isCopied === true && text('sharing.link.copied')}
          </span>
        </span>
        <CopyButton value={link.url} what={text('sharing.link.copy.what', { number })} />
        <Button
          size="small"
          aria-label={text('sharing.link.end.what', { number })}
          busy={end.busy}
          onClick={() => void end.run({ id: link.id })}
        >
          {text('sharing.link.end')}
        </Button>
      </div>
      {end.error !== undefined && <ErrorNotice error={end.error} onDismiss={() => end.reset()} />}
      {link.guests.map((guest) =>
        guest.state === 'waiting' ? (
          <GuestCard key={guest.id} guest={guest} role={link.role} guard={guard} />
        ) : (
          <GuestRow key={guest.id} guest={{ ...guest, role: link.role }} now={now} />
        ),
      )}
    </div>
  );
}

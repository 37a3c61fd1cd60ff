import {
  CircleStop,
  Clock,
  Hourglass,
  Link2Off,
  SquareTerminal,
  TriangleAlert,
  UserX,
  Users,
  type LucideIcon,
} from 'lucide-react';
import { useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { isUsableName } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { GuestRole } from '#shared/share-link/index.ts';
import { text, useLanguage } from '../../locale/index.ts';
import { Brand, Button, Field, PairingWordChips, quoteUntrusted, Spinner, TextInput } from '../../ui/index.ts';
import { PageVersion, useFactsOf, type PageInfo } from '../page-facts/index.ts';
import { LanguageChoice } from '../preferences/index.ts';
import { GuestTerminal } from './guest-terminal.tsx';
import styles from './guest.module.css';
import { overText, type End } from './over-text.ts';
import type { OpenVisit, Visit, VisitEvent, VisitState } from './visit.ts';

export type { OpenVisit, Visit } from './visit.ts';

export type GuestPageProps = Readonly<{
  /** Opens the visit; undefined if the address is no complete link. */
  open: OpenVisit | undefined;
  /** Rejects if the link leads nowhere now, before the guest is asked for anything; undefined: the guest is asked at once. */
  find?: (() => Promise<void>) | undefined;
  /** Role that the link announces. */
  announced: GuestRole;
  /** Facts of the page, which its relay tells. */
  page?: PageInfo;
  /** State at the start, for stories. */
  first?: VisitState;
}>;

/** Reasons for which no name would help. */
const NO_VISIT: ReadonlySet<string> = new Set(['relay.share', 'keys.unsupported']);

type Shown = VisitState | Readonly<{ kind: 'name' }>;

/**
 * Page of a share link: asks for the guest's name, shows the four words while a person decides, and then the one terminal. Keeps nothing: the keys of the
 * visit end with this page.
 */
export function GuestPage({ open, find, announced, page, first }: GuestPageProps): ReactElement {
  useLanguage();
  const [shown, setShown] = useState<Shown>(
    open === undefined
      ? { kind: 'over', code: 'guest.link' }
      : (first ?? { kind: find === undefined ? 'name' : 'connecting' }),
  );
  // Stays while the connection is lost.
  const [entered, setEntered] = useState<Extract<VisitState, { kind: 'in' }>>();
  const [name, setName] = useState('');
  const visit = useRef<Visit | undefined>(undefined);
  const nameField = useRef<HTMLInputElement>(null);
  const [feed] = useState(() => new Feed());
  useEffect(() => {
    const leave = (): void => visit.current?.leave();
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, []);
  useEffect(() => {
    if (find === undefined) return;
    find().then(
      () => setShown({ kind: 'name' }),
      (error: unknown) => {
        const code = errorCode(error);
        // Anything else may be over when the guest has entered a name.
        setShown(NO_VISIT.has(code) ? { kind: 'over', code } : { kind: 'name' });
      },
    );
    // Once: the link of the page doesn't change.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  useEffect(() => nameField.current?.focus(), [shown.kind]);
  const enter = async (): Promise<void> => {
    if (open === undefined || !isUsableName(name)) return;
    setShown({ kind: 'connecting' });
    try {
      const onState = (state: VisitState): void => {
        if (state.kind === 'in') setEntered(state);
        setShown(state);
      };
      visit.current = await open({ name: name.trim(), onState, onEvent: (event) => feed.push(event) });
    } catch (error) {
      setShown({ kind: 'over', code: errorCode(error) });
    }
  };
  if (entered !== undefined && (shown.kind === 'in' || shown.kind === 'lost'))
    return (
      <GuestTerminal
        entered={entered}
        isLost={shown.kind === 'lost'}
        feed={feed}
        foot={page !== undefined && <ServedPage page={page} />}
        onType={(bytes) => visit.current?.type(bytes)}
        onLeave={() => visit.current?.leave()}
      />
    );
  return (
    <Frame page={page}>
      {shown.kind === 'name' && (
        <form
          className={styles['form']}
          onSubmit={(event) => {
            event.preventDefault();
            void enter();
          }}
        >
          <Picture of={SquareTerminal} />
          <h1 className={styles['title']}>{text('guest.title')}</h1>
          <p className={styles['lead']}>
            <strong className={styles['role']}>{text(`guest.role.${announced}`)}</strong> {text('guest.intro')}
          </p>
          <Field label={text('guest.name')}>
            <TextInput ref={nameField} value={name} maxLength={64} autoComplete="nickname" onChange={setName} />
          </Field>
          <Button
            variant="primary"
            size="large"
            type="submit"
            reason={isUsableName(name) ? undefined : text('guest.name.missing')}
          >
            {text('guest.enter')}
          </Button>
        </form>
      )}
      {shown.kind === 'connecting' && <Spinner label={text('guest.connecting')} />}
      {shown.kind === 'waiting' && (
        <section className={styles['form']} aria-live="polite">
          <Picture of={Hourglass} />
          <h1 className={styles['title']}>{text('guest.waiting')}</h1>
          <p className={styles['lead']}>{text('guest.waiting.text')}</p>
          <PairingWordChips words={shown.words} />
          <p className={styles['wait']}>
            <span aria-hidden="true">
              <Spinner label="" />
            </span>
            {name === ''
              ? text('guest.waiting.answer')
              : text('guest.waiting.as', { name: quoteUntrusted(name.trim()) })}
          </p>
          <Button size="large" onClick={() => visit.current?.leave()}>
            {text('guest.leave')}
          </Button>
        </section>
      )}
      {shown.kind === 'over' && <Over code={shown.code} canRepeat={open !== undefined} />}
      {shown.kind !== 'over' && <p className={styles['honest']}>{text('guest.honest')}</p>}
    </Frame>
  );
}

function ServedPage({ page }: Readonly<{ page: PageInfo }>): ReactElement | null {
  const facts = useFactsOf(page);
  return facts === undefined ? null : <PageVersion facts={facts} />;
}

function Over({ code, canRepeat }: Readonly<{ code: string; canRepeat: boolean }>): ReactElement {
  const { end, what, next, again } = overText(code);
  return (
    <section className={styles['form']} role="status">
      <Picture of={PICTURES[end]} />
      <h1 className={styles['title']}>{what}</h1>
      <p className={styles['lead']}>{next}</p>
      {canRepeat && again !== undefined && (
        <Button variant={again} size="large" onClick={() => window.location.reload()}>
          {text('guest.again')}
        </Button>
      )}
    </section>
  );
}

/** Pictures of the ends of a visit. */
const PICTURES: Readonly<Record<End, LucideIcon>> = {
  browser: TriangleAlert,
  busy: Users,
  declined: UserX,
  ended: CircleStop,
  expired: Clock,
  left: CircleStop,
  link: Link2Off,
  other: TriangleAlert,
  refused: UserX,
  removed: UserX,
  terminal: CircleStop,
  unknown: Link2Off,
  'view-only': TriangleAlert,
};

function Picture({ of: Icon }: Readonly<{ of: LucideIcon }>): ReactElement {
  return (
    <span className={styles['picture']} aria-hidden="true">
      <Icon />
    </span>
  );
}

function Frame({ page, children }: Readonly<{ page: PageInfo | undefined; children: ReactNode }>): ReactElement {
  return (
    <div className={styles['frame']}>
      <header className={styles['brand']}>
        <Brand />
        {text('site.name')}
      </header>
      <main className={styles['main']}>{children}</main>
      <footer className={styles['footer']}>
        <LanguageChoice />
        {page !== undefined && <ServedPage page={page} />}
      </footer>
    </div>
  );
}

/** Content of a terminal, kept until there is a screen for it. */
export class Feed {
  #waiting: VisitEvent[] = [];
  #receive: ((event: VisitEvent) => void) | undefined;

  push(event: VisitEvent): void {
    // What was before is on no screen any more.
    if (event.type === 'screen' && this.#receive === undefined) this.#waiting = [];
    if (this.#receive === undefined) this.#waiting.push(event);
    else this.#receive(event);
  }

  /** Sets the receiver; undefined: events wait. */
  to(receive: ((event: VisitEvent) => void) | undefined): void {
    this.#receive = receive;
    if (receive !== undefined) for (const event of this.#waiting.splice(0)) receive(event);
  }
}

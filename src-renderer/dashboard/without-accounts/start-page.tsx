import { Monitor, MonitorSmartphone } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Banner, Button, ConfirmDialog, PageList, Row, UntrustedText } from '../../ui/index.ts';
import { usePageFacts } from '../api/index.ts';
import { KeysEnd, readKeysEnd, type SignOutEnds } from '../end-session/index.ts';
import { NO_ACCOUNT } from '../kept-keys/index.ts';
import { goTo } from '../router/index.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { Waiting } from '../shell/waiting.tsx';
import styles from './start-page.module.css';
import {
  checkAndPairAgain,
  forgetThisBrowser,
  useForgetting,
  useThisBrowser,
  type ThisBrowser,
} from './this-browser.ts';

/**
 * Start of a relay without accounts: what a browser can do here and what is promised, the machines that this one is paired with, and the way to remove its keys.
 * Connects to nothing and makes no keys before the person goes on.
 */
export function StartPage(): ReactElement {
  usePageTitle(text('own.title'));
  const browser = useThisBrowser();
  const state = useForgetting();
  const isMachine = browser?.isMachine === true;
  return (
    <div className={styles['start']}>
      <h1 className={styles['title']}>{text('own.title')}</h1>
      {state === 'removing' || state === 'checking' ? (
        <>
          {state === 'removing' && <p className={styles['lead']}>{text('auth.leaving.text')}</p>}
          <Waiting within />
        </>
      ) : (
        <>
          <p className={styles['lead']}>{text(isPaired(browser) ? 'own.text.paired' : 'own.text')}</p>
          {state === 'removed' && !isMachine && <Banner tone="neutral">{text('own.forgotten')}</Banner>}
          {state === 'kept' && <Banner tone="bad">{text('auth.keys.kept')}</Banner>}
          {browser === undefined ? <Waiting within /> : <Ways browser={browser} />}
        </>
      )}
      <section className={styles['facts']}>
        <p>{text('own.promise')}</p>
        <p>{text('own.links')}</p>
      </section>
    </div>
  );
}

/** Reports whether a machine may still let this browser in. One whose agent runs may keep nothing beyond its tab. */
function isPaired(browser: ThisBrowser | undefined): boolean {
  if (browser?.isMachine !== true || browser.isRemoved) return false;
  return browser.names.size === 0 || browser.forgotten.size < browser.names.size;
}

/** Machines of this browser, and what a person can do with it. */
function Ways({
  browser: { isMachine, isRemoved, names, forgotten },
}: Readonly<{ browser: ThisBrowser }>): ReactElement {
  const version = usePageFacts()?.version ?? '';
  const [ends, setEnds] = useState<SignOutEnds>();
  const ask = async (): Promise<void> => {
    setEnds((await readKeysEnd(NO_ACCOUNT)) ?? { terminals: [] });
    const { prepareEnd } = await import('../machine-agent/index.ts');
    await prepareEnd(async () => version);
  };
  return (
    <>
      {isRemoved && <Banner tone="bad">{text('own.ended')}</Banner>}
      {names.size > 0 && !isRemoved && (
        <PageList className={styles['machines']} label={text('site.page.devices')}>
          {[...names].map(([peerId, name]) => (
            <Row
              key={peerId}
              lead={<Monitor aria-hidden="true" />}
              title={<UntrustedText>{name}</UntrustedText>}
              detail={forgotten.has(peerId) ? text('devices.forgotten.again') : undefined}
              onOpen={() => goTo({ page: 'terminal', device: peerId })}
            />
          ))}
        </PageList>
      )}
      <Button
        variant="primary"
        size="large"
        icon={<MonitorSmartphone />}
        className={styles['wide']}
        onClick={() => (isRemoved ? void checkAndPairAgain(version) : goTo({ page: 'devices' }))}
      >
        {text(isRemoved ? 'own.again' : isMachine ? 'own.open' : 'own.pair')}
      </Button>
      {isMachine && (
        <Button variant="quiet" className={styles['wide']} onClick={() => void ask()}>
          {text('own.forget')}
        </Button>
      )}
      {ends !== undefined && (
        <ConfirmDialog
          title={text('own.forget.title')}
          apply={text('own.forget.apply')}
          keep={text('ui.cancel')}
          onClose={() => setEnds(undefined)}
          onApply={() => {
            setEnds(undefined);
            void forgetThisBrowser(version);
          }}
        >
          <KeysEnd ends={ends} />
        </ConfirmDialog>
      )}
    </>
  );
}

import { useEffect, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { PageHeader, Prose } from '../../ui/index.ts';
import { usePageFacts, useRelay } from '../api/index.ts';
import { usePageTitle } from '../shell/page-title.ts';
import styles from './docs.module.css';
import { ProjectLink } from './project-link.tsx';

type Part = Readonly<{
  id: string;
  title: string;
  sentences: readonly string[];
  /** Link below the sentences. */
  link?: ReactElement;
}>;

/** Page `/docs`: how relay, machines and page work together, in the language of the page. Shown without an account, too. */
export function DocsPage(): ReactElement {
  usePageTitle(text('docs.title'));
  const hasPlain = useRelay()?.plainProtocol === true;
  const parts =
    usePageFacts()?.accounts === false
      ? partsWithoutAccounts()
      : partsOf(window.location.origin.replace(/^http/, 'ws')).filter(({ id }) => id !== 'plain' || hasPlain);
  // The part that the address names comes after the document, to which the browser has scrolled.
  useEffect(() => {
    const { hash } = window.location;
    if (hash !== '') document.getElementById(hash.slice(1))?.scrollIntoView();
  }, []);
  return (
    <>
      <PageHeader title={text('docs.title')} description={text('docs.about')} />
      <nav aria-label={text('docs.contents')}>
        <ul className={styles['contents']}>
          {parts.map(({ id, title }) => (
            <li key={id}>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
        </ul>
      </nav>
      {parts.map(({ id, title, sentences, link }) => (
        <section key={id} id={id} className={styles['part']} aria-labelledby={`${id}-title`}>
          <h2 id={`${id}-title`}>{title}</h2>
          {sentences.map((sentence) => (
            <p key={sentence}>
              <Prose>{sentence}</Prose>
            </p>
          ))}
          {link !== undefined && <p>{link}</p>}
        </section>
      ))}
    </>
  );
}

/** @param url address of the relay for machines */
function partsOf(url: string): readonly Part[] {
  return [
    {
      id: 'promise',
      title: text('docs.promise'),
      sentences: [text('docs.promise.1'), text('docs.promise.2'), text('docs.promise.3')],
    },
    {
      id: 'link',
      title: text('docs.link'),
      sentences: [text('docs.link.1', { url }), text('docs.link.2'), text('docs.link.3'), text('docs.link.4')],
      link: <ProjectLink path="#readme">{text('devices.link.readme')}</ProjectLink>,
    },
    {
      id: 'pair',
      title: text('docs.pair'),
      sentences: [text('docs.pair.machine'), text('docs.pair.2'), text('docs.pair.ask')],
    },
    { id: 'inbox', title: text('docs.inbox'), sentences: [text('docs.inbox.1'), text('docs.inbox.2')] },
    { id: 'share', title: text('docs.share'), sentences: [text('docs.share.1'), text('docs.share.2')] },
    { id: 'phone', title: text('docs.phone'), sentences: [text('docs.phone.1'), text('docs.phone.2')] },
    {
      id: 'people',
      title: text('docs.people'),
      sentences: [text('docs.people.1'), text('docs.people.2'), text('docs.people.3')],
    },
    {
      id: 'account',
      title: text('docs.account'),
      sentences: [text('docs.account.1'), text('docs.account.2')],
    },
    { id: 'plain', title: text('docs.plain'), sentences: [text('docs.plain.1'), text('docs.plain.2')] },
  ];
}

function partsWithoutAccounts(): readonly Part[] {
  return [
    { id: 'promise', title: text('docs.promise'), sentences: [text('docs.promise.1'), text('docs.promise.3')] },
    {
      id: 'pair',
      title: text('docs.pair'),
      sentences: [text('docs.pair.1'), text('docs.pair.2'), text('docs.pair.3')],
    },
  ];
}

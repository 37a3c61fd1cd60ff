import type { ReactElement } from 'react';
import { PROJECT_URL } from '#shared/project.ts';
import { explain } from '../../locale/index.ts';
import { notify, openLink, useApi, useApp } from '../../store/index.ts';
import styles from './documents.module.css';

/** Titles of documents that texts name, by file. The documents are in English, so the titles aren't translated. */
const TITLES = { 'HOSTING.md': 'Hosting a relay' } as const;

export type DocumentTextProps = Readonly<{
  /** File in the project's folder of documents. */
  document: keyof typeof TITLES;
  /** Text that names the document by its title once. */
  children: string;
}>;

/** Text that names a document of the project. The title is a link, which the system's browser opens. */
export function DocumentText({ document, children }: DocumentTextProps): ReactElement {
  const api = useApi();
  const facts = useApp((state) => state.facts);
  const title = TITLES[document];
  const at = children.indexOf(title);
  if (at === -1) return <>{children}</>;
  const open = (): void => {
    openLink(api, facts, `${PROJECT_URL}/blob/main/docs/${document}`).catch((error: unknown) =>
      notify({ tone: 'bad', text: explain(error).what }),
    );
  };
  return (
    <>
      {children.slice(0, at)}
      <button type="button" role="link" className={styles['link']} onClick={open}>
        {title}
      </button>
      {children.slice(at + title.length)}
    </>
  );
}

import { CSPProvider } from '@base-ui/react/csp-provider';
import { useEffect, type ReactElement } from 'react';
import { ApiProvider } from '../store/index.ts';
import type { FakeAgent } from './fake-agent.ts';
import type { Story } from './story.ts';
import styles from './story-page.module.css';

/** One story alone. */
export function StoryView({ story, agent }: Readonly<{ story: Story; agent: FakeAgent }>): ReactElement {
  useReady(story.name);
  return (
    <CSPProvider disableStyleElements>
      <ApiProvider value={agent.api}>
        {story.frame === 'none' ? story.render() : <main className={styles['page']}>{story.render()}</main>}
      </ApiProvider>
    </CSPProvider>
  );
}

/** Links to every story. */
export function StoryIndex({
  stories,
  missing,
}: Readonly<{ stories: readonly Story[]; missing: string }>): ReactElement {
  useReady('');
  const areas = [...new Set(stories.map(({ name }) => areaOf(name)))];
  return (
    <main className={styles['page']}>
      <h1>ClawReach</h1>
      {missing !== '' && <p role="alert">{missing}?</p>}
      {areas.map((area) => (
        <section key={area}>
          <h2>{area}</h2>
          <ul>
            {stories
              .filter(({ name }) => areaOf(name) === area)
              .map(({ name }) => (
                <li key={name}>
                  <a href={`#${encodeURI(name)}`}>{name}</a>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </main>
  );
}

/** Marks the page when the story is drawn and what it asked at first is answered: the fake agent answers in microtasks. */
function useReady(name: string): void {
  useEffect(() => {
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        document.documentElement.dataset['story'] = name;
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [name]);
}

function areaOf(name: string): string {
  return name.split('/')[0] ?? name;
}

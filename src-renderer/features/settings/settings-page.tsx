import { ArrowLeft } from 'lucide-react';
import { useEffect, useRef, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { showSettingsPlace, useApp } from '../../store/index.ts';
import { Button } from '../../ui/index.ts';
import { markSetting } from './mark-setting.ts';
import { SectionContent } from './section-content.tsx';
import { SharedPage } from './section.tsx';
import { SectionList } from './section-list.tsx';
import { sectionLabel, settingsList, type SettingsListEntry } from './sections.ts';
import styles from './settings.module.css';

/**
 * Page of the settings: the list of sections with a search, and the chosen section beside it. A narrow window shows the list first, then the section. A
 * setting that was searched for is scrolled to, marked and focused.
 */
export function SettingsPage(): ReactElement {
  const facts = useApp((state) => state.facts);
  const place = useApp((state) => state.settingsPlace);
  const content = useRef<HTMLDivElement>(null);
  const chosen = entryOf(settingsList(facts).flat(), place?.section);
  useEffect(() => {
    if (place === undefined || content.current === null) return undefined;
    content.current.scrollTop = 0;
    const { section, setting } = place;
    return markSetting(content.current, section, setting);
  }, [place]);
  return (
    <div className={styles['page']}>
      <div className={styles['columns']} data-open={place === undefined ? undefined : ''}>
        <SectionList chosen={chosen} />
        <div ref={content} className={styles['content']}>
          <div className={styles['back']}>
            <Button
              variant="quiet"
              size="small"
              icon={<ArrowLeft aria-hidden="true" />}
              onClick={() => showSettingsPlace(undefined)}
            >
              {text('settings.back')}
            </Button>
          </div>
          <div className={styles['column']}>
            {chosen !== undefined && !chosen.sections.some((section) => section === chosen.name) && (
              <h2 className={styles['heading']}>{sectionLabel(chosen.name, facts)}</h2>
            )}
            <div className={styles['sections']}>
              {chosen?.sections.map((section) => (
                <SharedPage key={section} value={section !== chosen.name}>
                  <SectionContent section={section} />
                </SharedPage>
              ))}
            </div>
          </div>
        </div>
      </div>
    </div>
  );
}

function entryOf(list: readonly SettingsListEntry[], section: string | undefined): SettingsListEntry | undefined {
  return list.find(({ sections }) => sections.some((one) => one === section)) ?? list[0];
}

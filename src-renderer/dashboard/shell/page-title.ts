import { useEffect } from 'react';
import { text } from '../../locale/index.ts';

/** Sets the title of the browser's tab. @param name name of the page, in the language of the page */
export function usePageTitle(name: string): void {
  useEffect(() => {
    document.title = text('site.title', { page: name });
  }, [name]);
}

import { useEffect, type ReactElement, type ReactNode } from 'react';

/** Opens the menu of new terminals when the tabs are there, as a person would. */
export function OpenedMenu({ tabs, children }: Readonly<{ tabs: number; children: ReactNode }>): ReactElement {
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.querySelectorAll('[role="tab"]').length !== tabs) return;
      clearInterval(timer);
      document.querySelector<HTMLElement>('[data-new-terminal]')?.click();
    }, 20);
    return () => clearInterval(timer);
  }, [tabs]);
  return <>{children}</>;
}

export type { ArrivalGuard, GuardedId, Readiness } from './arrival/arrival-guard.ts';
export { useArrivalGuard } from './arrival/use-arrival-guard.ts';
export { useGuardedRow } from './arrival/use-guarded-row.ts';
export { Banner, type BannerProps } from './feedback/banner.tsx';
export { Brand } from './page/brand.tsx';
export { Button, IconButton, type ButtonProps, type IconButtonProps } from './controls/button.tsx';
export { Caution, type CautionProps } from './feedback/caution.tsx';
export { Chip, type ChipProps } from './feedback/chip.tsx';
export { classes } from './styles/classes.ts';
export { ConfirmDialog, type ConfirmDialogProps } from './dialogs/confirm-dialog.tsx';
export { onConfirmKeys } from './dialogs/confirm-keys.ts';
export { ConnectionStrip, type ConnectionStripProps } from './feedback/connection-strip.tsx';
export { CopyButton, type CopyButtonProps } from './controls/copy-button.tsx';
export { Countdown, RetryCountdown, type CountdownProps } from './feedback/countdown.tsx';
export { Dialog, type DialogProps } from './dialogs/dialog.tsx';
export { EmptyState, type EmptyStateProps } from './feedback/empty-state.tsx';
export { ErrorRemedyContext, type ErrorRemedyFunction } from './feedback/error-remedy.ts';
export { ErrorNotice, type ErrorNoticeProps } from './feedback/error-notice.tsx';
export { FileButton, type FileButtonProps } from './controls/file-button.tsx';
export {
  Field,
  TextArea,
  TextInput,
  type FieldProps,
  type TextAreaProps,
  type TextInputProps,
} from './controls/field.tsx';
export { FormDialog, type FormDialogProps } from './dialogs/form-dialog.tsx';
export { ButtonKeys } from './text/button-keys.tsx';
export { KeyCaps } from './text/key-caps.tsx';
export { LinkDrawing, type LinkDrawingProps, type LinkLine } from './link/link-drawing.tsx';
export { LinkFan, type LinkFanProps, type LinkTarget } from './link/link-fan.tsx';
export type { LinkNode, LinkState } from './link/link-node.tsx';
export { NameInput, type NameInputProps } from './controls/name-input.tsx';
export { loadFonts } from './styles/fonts.ts';
export { ContextMenu, Menu, type MenuItem, type MenuProps } from './controls/menu.tsx';
export { Modal, ModalTitle, type ModalProps } from './dialogs/modal.tsx';
export { ModalNoticeContext, type ModalNoticeFunction } from './dialogs/modal-notice.ts';
export { useHasModal } from './dialogs/modal-stack.ts';
export { Ordered, OrderedRuns } from './text/ordered-text.tsx';
export { Popover, type PopoverProps } from './dialogs/popover.tsx';
export { RadioGroup, type RadioGroupProps, type RadioOption } from './controls/radio-group.tsx';
export { Row, RowList, type RowAction, type RowListProps, type RowProps } from './row/row.tsx';
export { SettingRow, type SettingRowProps } from './row/setting-row.tsx';
export { RowSkeleton, type RowSkeletonProps } from './row/row-skeleton.tsx';
export { SearchInput, type SearchInputProps } from './controls/search-input.tsx';
export { Segments, type Segment, type SegmentsProps } from './controls/segments.tsx';
export { Select, type SelectProps } from './controls/select.tsx';
export { SubjectHead, type SubjectHeadProps } from './page/subject-head.tsx';
export { Card, PageHeader, PageList, type PageHeaderProps, type PageListProps } from './page/page.tsx';
export { Mono } from './text/mono.tsx';
export { PairingWordChips } from './text/pairing-word-chips.tsx';
export { Sparkline, sparklineText, type SparklineProps } from './feedback/sparkline.tsx';
export { Spinner } from './feedback/spinner.tsx';
export { StatusDot, type StatusDotProps } from './feedback/status-dot.tsx';
export { SuggestInput, type SuggestInputProps, type Suggestion } from './controls/suggest-input.tsx';
export { Switch, type SwitchProps } from './controls/switch.tsx';
export { Tabs, type TabsProps } from './controls/tabs.tsx';
export type { Tone } from './styles/tone.ts';
export { Hint, Tooltip, type TooltipProps } from './feedback/tooltip.tsx';
export { browserClock } from './hooks/browser-clock.ts';
export { focusVisibly } from './hooks/focus-visibly.ts';
export { useNow } from './hooks/use-now.ts';
export { Prose } from './text/prose.tsx';
export { formatAgo, formatLeft, formatMoment, formatMomentWithSeconds } from './text/times.ts';
export { UntrustedText } from './text/untrusted-text.tsx';
export { quoteUntrusted, showHidden } from './text/quote-untrusted.ts';
export { formatBytes } from './text/format-bytes.ts';
export { useDroppedImages } from './hooks/use-dropped-images.ts';
export { useFocusFallback } from './hooks/use-focus-fallback.ts';
export { useMatch } from './hooks/use-match.ts';
export { useWindowWidth, type WindowWidth } from './hooks/window-width.ts';
export { useLasting } from './hooks/use-lasting.ts';
export { steadyOrder, useSteadyOrder, type SteadyOrder } from './hooks/use-steady-order.ts';
export { Wait, type WaitProps } from './feedback/wait.tsx';

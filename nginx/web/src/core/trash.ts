/* What one deleted, and how it comes back. */
import { api } from './api';
import { boardChanged } from './boards';
import { forget } from './load';
import { t } from './words';
import { forgetFeeds } from '../grid/feed';

export interface Trashed {
	kind: 'pin' | 'style' | 'board';
	id: number;
	title: string | null;
	image: string | null;
	deleted_at: string;
	purged_at: string;
}

const day = 24 * 3600 * 1000;

export const daysLeft = (one: Trashed, now = Date.now()): number =>
	Math.max(0, Math.ceil((Date.parse(one.purged_at) - now) / day));

export const pageOf = ({ kind, id }: Trashed): string => `/${kind}/${id}`;

/* Its first line, or what it is. */
export const nameOf = ({ kind, title }: Trashed): string =>
	title?.split('\n')[0] ?? t(`trash.${kind}`);

/* What lists and pages showed is not so any more. */
export async function restore(one: Trashed): Promise<void> {
	await api('POST', one.kind === 'board' ? `boards/${one.id}/restore`
		: `items/${one.id}/restore`);
	forget(`${{ pin: 'pins', style: 'styles/posts',
		board: 'boards' }[one.kind]}/${one.id}`);
	forgetFeeds();
	boardChanged();
}

export const dropForGood = (one: Trashed): Promise<unknown> =>
	api('DELETE', `trash/${one.kind === 'board' ? 'boards/' : ''}${one.id}`);

export const emptyTrash = (): Promise<unknown> => api('DELETE', 'trash');

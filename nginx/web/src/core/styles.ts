/* What one may do with style posts. */
import { api } from './api';
import { pictureOf } from './cards';
import { original } from './images';
import { go } from './router';
import { t } from './words';
import type { StylePost } from './types';
import { forgetFeeds } from '../grid/feed';
import { tell, tellError } from '../ui/Toast';

export const maxPictures = 10;
export const maxContent = 1000;
export const ratios = [['4:5', 0.8], ['1:1', 1], ['3:4', 0.75], ['9:16', 0.5625],
	['16:9', 1.7778]] as const;

export const originalOf = (post: StylePost, index: number): string =>
	original(pictureOf(post, index));

async function restore(post: StylePost): Promise<void> {
	await api('POST', `items/${post.id}/restore`);
	forgetFeeds();
	go(`/style/${post.id}`, true);
}

/* It is in the trash, and can come back. */
export async function removePost(post: StylePost): Promise<void> {
	await api('DELETE', `styles/posts/${post.id}`);
	forgetFeeds();
	go(`/@${post.author}/style`, true);
	tell(t('style.deleted'), { label: t('undo'),
		run: () => { restore(post).catch(tellError); } });
}

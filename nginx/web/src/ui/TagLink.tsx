/* A tag, as the address where its pins are. */
import { langOf } from '../core/lang';
import type { Tag } from '../core/types';

export function tagAddress(tag: Tag): string {
	return `/tag/${tag.id}/${encodeURIComponent(tag.tag_name)}`;
}

export function TagLink({ tag }: { tag: Tag }) {
	return <a class="chip" href={tagAddress(tag)} lang={langOf(tag.tag_name)}>
		#{tag.tag_name}</a>;
}

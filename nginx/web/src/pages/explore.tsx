/* The newest pins, and the tags one may start from. */
import { useLoad } from '../core/load';
import type { Tag } from '../core/types';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { TagLink } from '../ui/TagLink';
import { Latest } from './home';

export default function Explore() {
	useTitle(t('explore'));
	const tags = useLoad<Tag[]>('tags/?limit=60').data.value ?? [];
	const used = tags.filter((tag) => (tag.item_count ?? 0) > 0)
		.sort((a, b) => (b.item_count ?? 0) - (a.item_count ?? 0));
	return <>
		<h1 class="page-title">{t('explore')}</h1>
		<nav class="chips scroll" aria-label={t('tags')}>
			{used.slice(0, 24).map((tag) => <TagLink key={tag.id} tag={tag} />)}
		</nav>
		<Latest />
	</>;
}

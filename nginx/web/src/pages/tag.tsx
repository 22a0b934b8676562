/* The pins of a tag. */
import hash from 'icon:hash';
import { useLoad } from '../core/load';
import { type Params, place } from '../core/router';
import type { Tag } from '../core/types';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { feedOf } from '../grid/feed';
import { Masonry } from '../grid/Masonry';
import { FollowButton } from '../ui/FollowButton';
import { EmptyState, ErrorState } from '../ui/State';

export default function TagPage({ params }: { params: Params }) {
	const id = Number(params['id']) || 0;
	const { data, error, again } = useLoad<Tag>(`tags/${id}`);
	const tag = data.value;
	const name = tag?.tag_name ?? params['name'] ?? '';
	useTitle(name && `#${name}`);
	if (error.value && !tag)
		return <ErrorState error={error.value} again={again} />;
	const feed = feedOf(place.value?.key ?? '', `pins/?tag=${id}`);
	return <>
		<header class="page-head">
			<h1>#{name}</h1>
			<p class="soft">{tag
				? t('pins.count', { n: tag.item_count ?? 0 }) : '\u00a0'}</p>
			<FollowButton name={`#${name}`} path={`tags/${id}/follow`}
				on={tag?.following} />
		</header>
		<Masonry key={id} feed={feed} label={`#${name}`}
			empty={<EmptyState icon={hash} title={t('tag.none')}>
				<a class="button primary" href="/create">{t('create')}</a>
			</EmptyState>} />
	</>;
}

/* One style post: its pictures, and what is said of it. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import back from 'icon:arrow-left';
import dots from 'icon:ellipsis';
import download from 'icon:download';
import pencil from 'icon:pencil';
import trash from 'icon:trash-2';
import { cardOf, lineOf, pictureOf } from '../core/cards';
import { langOf } from '../core/lang';
import { useLoad } from '../core/load';
import { go, type Params, place } from '../core/router';
import { me } from '../core/session';
import { originalOf, removePost } from '../core/styles';
import { useTitle } from '../core/title';
import type { StylePost } from '../core/types';
import { ago, t } from '../core/words';
import { Avatar } from '../ui/Avatar';
import { IconButton } from '../ui/Button';
import { Carousel } from '../ui/Carousel';
import { FollowButton } from '../ui/FollowButton';
import { keepAway, reportOf } from '../ui/keepAway';
import { openMenu } from '../ui/Menu';
import { PinSocial } from '../ui/PinSocial';
import { ShareLink } from '../ui/ShareLink';
import { ErrorState } from '../ui/State';
import { TagLink } from '../ui/TagLink';
import { tellError } from '../ui/Toast';

export default function StylePage({ params }: { params: Params }) {
	const id = Number(params['id']) || 0;
	const { data, error, again } = useLoad<StylePost>(`styles/posts/${id}`);
	const post = data.value;
	useTitle(post ? t('style.by', { name: post.author }) : undefined);
	if (error.value && !post)
		return <ErrorState error={error.value} again={again} />;
	if (!post)
		return <div class="close-up skeleton" aria-busy="true" />;
	return <article class="close-up">
		<Carousel key={post.id} post={post} />
		<Panel post={post} />
	</article>;
}

function goBack(): void {
	if (history.length > 1)
		history.back();
	else
		go('/style');
}

function openPostMenu(anchor: HTMLElement, post: StylePost): void {
	const mine = me.value?.username === post.author;
	openMenu(anchor, [
		{ label: t('download'), icon: download, href: originalOf(post, 0),
			download: `style-${post.id}` },
		...mine ? [
			{ label: t('edit'), icon: pencil,
				run: () => go(`/style/${post.id}/edit`) },
			{ label: t('delete'), icon: trash, danger: true,
				run: () => { removePost(post).catch(tellError); } }]
			: [...me.value ? keepAway(cardOf(post)) : [],
				reportOf({ item: post.id })],
	]);
}

function Panel({ post }: { post: StylePost }) {
	const head = useRef<HTMLHeadingElement>(null);
	useLayoutEffect(() => {
		if (!place.value?.again)
			head.current?.focus({ preventScroll: true });
	}, [post.id]);
	return <div class="panel">
		<div class="panel-tools">
			<IconButton icon={back} label={t('back')} onClick={goBack} />
			<ShareLink title={lineOf(post)} path={`/style/${post.id}`} />
			<IconButton icon={dots} label={t('more')} aria-haspopup="menu"
				onClick={(e) => openPostMenu(e.currentTarget as HTMLElement, post)} />
		</div>
		<h1 ref={head} tabIndex={-1} class="hidden">
			{t('style.by', { name: post.author })}</h1>
		<Author post={post} />
		<p class="post-text" lang={langOf(post.content)}>{post.content}</p>
		{post.tag_set.length > 0 && <nav class="chips" aria-label={t('tags')}>
			{post.tag_set.map((tag) => <TagLink key={tag.id} tag={tag} />)}
		</nav>}
		<PinSocial key={post.id} pin={pictureOf(post, 0)} />
	</div>;
}

function Author({ post }: { post: StylePost }) {
	const { author, created_by: by } = post;
	return <div class="author">
		<a class="author-name" href={`/@${author}/style`}>
			<Avatar name={author} size={44} picture={by.image} />
			<span><b lang={langOf(by.user_name)}>{by.user_name}</b><small>
				<time dateTime={post.created_at}>{ago(post.created_at)}</time>
			</small></span>
		</a>
		{me.value?.username !== author && <FollowButton name={by.user_name}
			path={`users/${encodeURIComponent(author)}/follow`}
			on={by.following === true} />}
	</div>;
}

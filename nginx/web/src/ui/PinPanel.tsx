/* What is said of a pin beside its picture. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import back from 'icon:arrow-left';
import download from 'icon:download';
import link from 'icon:external-link';
import { original, plainTitle } from '../core/images';
import { langOf } from '../core/lang';
import { useLoad } from '../core/load';
import { go, place } from '../core/router';
import { me } from '../core/session';
import type { Pin, Profile } from '../core/types';
import { ago, t } from '../core/words';
import { Avatar } from './Avatar';
import { IconButton } from './Button';
import { FollowButton } from './FollowButton';
import { Icon } from './Icon';
import { PinMenu, ShareButton } from './PinMenu';
import { PinSocial } from './PinSocial';
import { SaveButton } from './SaveButton';
import { TagLink } from './TagLink';

function goBack(): void {
	if (history.length > 1)
		history.back();
	else
		go('/');
}

export function PinPanel({ pin }: { pin: Pin }) {
	const head = useRef<HTMLHeadingElement>(null);
	useLayoutEffect(() => {
		if (!place.value?.again)
			head.current?.focus({ preventScroll: true });
	}, [pin.id]);
	return <div class="panel">
		<div class="panel-tools">
			<IconButton icon={back} label={t('back')} onClick={goBack} />
			<ShareButton pin={pin} />
			<a class="icon-button" href={original(pin)} download
				aria-label={t('download')} title={t('download')}>
				<Icon of={download} size={20} /></a>
			<PinMenu pin={pin} />
			<span class="rail-gap" />
			<SaveButton pin={pin} />
		</div>
		<h1 ref={head} tabIndex={-1} lang={langOf(plainTitle(pin.title))}>
			{plainTitle(pin.title)}</h1>
		{pin.tag_set.length > 0 && <nav class="chips" aria-label={t('tags')}>
			{pin.tag_set.map((tag) => <TagLink key={tag.id} tag={tag} />)}
		</nav>}
		<Source pin={pin} />
		<Author name={pin.author} time={pin.created_at} />
		{pin.boards.length > 0 && <p class="panel-boards">
			{t('pin.boards')} {pin.boards.map((board) =>
				<a key={board.id} class="chip" href={`/board/${board.id}`}
					lang={langOf(board.title)}>{board.title}</a>)}
		</p>}
		<PinSocial key={pin.id} pin={pin} />
	</div>;
}

function Source({ pin }: { pin: Pin }) {
	if (!/^https?:\/\//.test(pin.image_url))
		return null;
	return <a class="source" href={pin.image_url} target="_blank"
		rel="noopener nofollow ugc"><Icon of={link} size={16} />
		{new URL(pin.image_url).hostname}</a>;
}

function Author({ name, time }: { name: string; time: string }) {
	const path = `users/${encodeURIComponent(name)}`;
	const user = useLoad<Profile>(path).data.value;
	return <div class="author">
		<a class="author-name" href={`/@${name}`}>
			<Avatar name={name} size={44} picture={user?.avatar} />
			<span><b>{user?.user_name ?? name}</b><small>
				<time dateTime={time}>{ago(time)}</time>
				{user && ` · ${t('followers.count',
					{ n: user.follower_count })}`}</small></span>
		</a>
		{me.value?.username !== name && <FollowButton name={name}
			path={`users/${encodeURIComponent(name)}/follow`}
			on={user?.following} />}
	</div>;
}

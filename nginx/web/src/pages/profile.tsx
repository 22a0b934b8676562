/* A person: who it is, boards and pins, followers and followed. */
import clock from 'icon:clock';
import heart from 'icon:heart';
import images from 'icon:images';
import shirt from 'icon:shirt';
import { useLoad } from '../core/load';
import { countOf } from '../core/marks';
import { type Params, place } from '../core/router';
import { me } from '../core/session';
import type { Profile as Person } from '../core/types';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { feedOf } from '../grid/feed';
import { Masonry } from '../grid/Masonry';
import { Avatar } from '../ui/Avatar';
import { Boards } from '../ui/Boards';
import { FollowButton } from '../ui/FollowButton';
import { People } from '../ui/People';
import { ProfileMenu } from '../ui/ProfileMenu';
import { EmptyState, ErrorState } from '../ui/State';
import { Tabs } from '../ui/Tabs';
import Missing from './missing';

export default function Profile({ params }: { params: Params }) {
	const name = params['name'] ?? '';
	const tab = params['tab'] ?? 'boards';
	const path = `users/${encodeURIComponent(name)}`;
	const { data, error, again } = useLoad<Person>(path);
	const user = data.value;
	useTitle(name);
	const mine = me.value?.username === name;
	const tabs = ['boards', 'pins', 'style',
		...mine ? ['later' as const, 'liked' as const] : []] as const;
	if (![...tabs, 'followers', 'following'].includes(tab))
		return <Missing />;
	if (error.value && !user)
		return <ErrorState error={error.value} again={again} />;
	const at = (one: string) => `/@${name}${one === 'boards' ? '' : `/${one}`}`;
	return <>
		<Head name={name} user={user} />
		<Tabs label={t('profile')} tabs={tabs.map(
			(one) => ({ href: at(one), text: t(`tab.${one}`), now: tab === one }))} />
		{tab === 'boards' && <Boards name={name} />}
		{tab === 'pins' && <Pins name={name} />}
		{tab === 'style' && user && <Posts user={user} />}
		{tab === 'later' && <Later />}
		{tab === 'liked' && <Liked />}
		{tab === 'followers' && <People title={t('followers')} key="followers"
			path={`users/${encodeURIComponent(name)}/followers`} />}
		{tab === 'following' && <People title={t('following.people')} key="following"
			path={`users/${encodeURIComponent(name)}/followings`} />}
	</>;
}

function Head({ name, user }: { name: string; user: Person | null }) {
	const path = `users/${encodeURIComponent(name)}/follow`;
	const mine = me.value?.username === name;
	return <header class="profile">
		<Avatar name={name} size={96} picture={user?.avatar} />
		<h1>{user?.user_name ?? name}</h1>
		{user && user.user_name !== user.username &&
			<p class="soft">@{user.username}</p>}
		{user?.introduction && <p class="profile-text">{user.introduction}</p>}
		<p class="soft">
			{t('posts.count', { n: user?.num_posts ?? 0 })}
			{' · '}
			<a href={`/@${name}/followers`}>{t('followers.count',
				{ n: countOf(path, user?.following === true,
					user?.follower_count ?? 0) })}</a>
			{' · '}
			<a href={`/@${name}/following`}>{t('following.count',
				{ n: user?.following_count ?? 0 })}</a>
		</p>
		<div class="buttons">
			{mine ? <a class="button plain" href="/settings">{t('settings')}</a>
				: <FollowButton name={name} path={path}
					on={user?.following} />}
			{user && !mine && <ProfileMenu name={user.username} />}
		</div>
	</header>;
}

function Posts({ user }: { user: Person }) {
	const feed = feedOf(place.value?.key ?? '',
		`styles/posts/?type=default&user_id=${user.id}&limit=50`);
	const mine = me.value?.id === user.id;
	return <Masonry feed={feed} label={t('tab.style')}
		empty={<EmptyState icon={shirt} title={t('style.none')}>
			{mine && <a class="button primary" href="/style/new">
				{t('style.first')}</a>}
		</EmptyState>} />;
}

/* What one saved for later: nobody else sees it. */
function Later() {
	const feed = feedOf(place.value?.key ?? '', 'bookmarks');
	return <Masonry feed={feed} label={t('tab.later')}
		empty={<EmptyState icon={clock} title={t('later.none')}>
			<a class="button primary" href="/explore">{t('explore')}</a>
		</EmptyState>} />;
}

/* Pins that one likes: nobody else sees the list. */
function Liked() {
	const feed = feedOf(place.value?.key ?? '', 'likes');
	return <Masonry feed={feed} label={t('tab.liked')}
		empty={<EmptyState icon={heart} title={t('liked.none')}>
			<a class="button primary" href="/explore">{t('explore')}</a>
		</EmptyState>} />;
}

function Pins({ name }: { name: string }) {
	const feed = feedOf(place.value?.key ?? '',
		`pins/?author__username=${encodeURIComponent(name)}`);
	const mine = me.value?.username === name;
	return <Masonry feed={feed} label={t('tab.pins')}
		empty={<EmptyState icon={images} title={t('profile.pins.none')}>
			{mine && <a class="button primary" href="/create">
				{t('pins.first')}</a>}
		</EmptyState>} />;
}

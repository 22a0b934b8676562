/* A person: who it is, boards and pins, followers and followed. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import images from 'icon:images';
import { useLoad } from '../core/load';
import { type Params, place } from '../core/router';
import { me } from '../core/session';
import type { User } from '../core/types';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { feedOf } from '../grid/feed';
import { Masonry } from '../grid/Masonry';
import { Avatar } from '../ui/Avatar';
import { Boards } from '../ui/Boards';
import { FollowButton } from '../ui/FollowButton';
import { People } from '../ui/People';
import { EmptyState, ErrorState } from '../ui/State';
import { Tabs } from '../ui/Tabs';
import Missing from './missing';

export default function Profile({ params }: { params: Params }) {
	const name = params['name'] ?? '';
	const tab = params['tab'] ?? 'boards';
	const path = `pinterestAccounts/user/${encodeURIComponent(name)}`;
	const { data, error, again } = useLoad<User>(path);
	const user = data.value;
	useTitle(name);
	if (!['boards', 'pins', 'followers', 'following'].includes(tab))
		return <Missing />;
	if (error.value && !user)
		return <ErrorState error={error.value} again={again} />;
	const at = (one: string) => `/@${name}${one === 'boards' ? '' : `/${one}`}`;
	return <>
		<Head name={name} user={user} />
		<Tabs label={t('profile')} tabs={(['boards', 'pins'] as const).map(
			(one) => ({ href: at(one), text: t(`tab.${one}`), now: tab === one }))} />
		{tab === 'boards' && user && <Boards user={user} />}
		{tab === 'pins' && <Pins name={name} />}
		{tab === 'followers' && <People title={t('followers')} key="followers"
			path={`users/${encodeURIComponent(name)}/followers`} />}
		{tab === 'following' && <People title={t('following.people')} key="following"
			path={`users/${encodeURIComponent(name)}/followings`} />}
	</>;
}

function Head({ name, user }: { name: string; user: User | null }) {
	const more = useSignal(0);
	useEffect(() => { more.value = 0; }, [user]);
	const mine = me.value?.username === name;
	return <header class="profile">
		<Avatar name={name} size={96} picture={user?.avatar} />
		<h1>{name}</h1>
		<p class="soft">
			<a href={`/@${name}/followers`}>{t('followers.count',
				{ n: Math.max(0, (user?.follower_count ?? 0) + more.value) })}</a>
			{' · '}
			<a href={`/@${name}/following`}>{t('following.count',
				{ n: user?.following_count ?? 0 })}</a>
		</p>
		<div class="buttons">
			{mine ? <a class="button plain" href="/settings">{t('settings')}</a>
				: <FollowButton name={name} on={user?.following}
					path={`users/${encodeURIComponent(name)}/follow`}
					then={(on) => { more.value += on ? 1 : -1; }} />}
		</div>
	</header>;
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

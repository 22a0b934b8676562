/* Sets a new password with the link from the mail. */
import { api } from '../core/api';
import { go, place } from '../core/router';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { Field } from '../ui/Field';
import { Form } from '../ui/Form';
import { tell } from '../ui/Toast';

export default function Reset() {
	useTitle(t('reset.title'));
	const query = place.value?.query;
	return <section class="narrow box">
		<h1>{t('reset.title')}</h1>
		<Form button={t('reset.set')} send={async (values) => {
			await api('POST', 'rest-auth/password/reset/confirm', { body: {
				uid: query?.get('uid'), token: query?.get('token'),
				new_password1: values['password'],
				new_password2: values['password'],
			} });
			tell(t('reset.done'));
			go('/login', true);
		}} names={{ new_password1: 'password', new_password2: 'password' }}>
			{(errors) => <Field name="password" type="password" required
				label={t('field.password.new')} autocomplete="new-password"
				errors={errors['password']} hint={t('field.password.hint')} />}
		</Form>
	</section>;
}

/* Asks for a mail with which to set a new password. */
import { useSignal } from '@preact/signals';
import { api } from '../core/api';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { Field } from '../ui/Field';
import { Form } from '../ui/Form';

export default function Forgot() {
	useTitle(t('forgot.title'));
	const sent = useSignal(false);
	return <section class="narrow box">
		<h1>{t('forgot.title')}</h1>
		{sent.value ? <p role="status">{t('forgot.sent')}</p> : <>
			<p class="soft">{t('forgot.text')}</p>
			<Form button={t('forgot.send')} send={async (values) => {
				await api('POST', 'rest-auth/password/reset',
					{ body: { email: values['email'] } });
				sent.value = true;
			}}>
				{(errors) => <Field name="email" type="email" required
					label={t('field.email')} autocomplete="username"
					errors={errors['email']} />}
			</Form>
		</>}
	</section>;
}

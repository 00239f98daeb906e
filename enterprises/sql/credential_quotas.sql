-- A quota never falls below what its round has selected, and is not taken away from under it.
CREATE FUNCTION enterprises_credential_quota_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    taken integer;
BEGIN
    SELECT count(*) INTO taken FROM enterprises_credential c
        WHERE c.round_id = OLD.round_id AND c.kind_id = OLD.kind_id AND c.selected_on IS NOT NULL
          AND c.state <> 'not_selected';
    IF taken > 0 AND (TG_OP = 'DELETE' OR NEW.quota < taken OR NEW.round_id <> OLD.round_id OR NEW.kind_id <> OLD.kind_id) THEN
        RAISE EXCEPTION 'round % has selected % of kind %', OLD.round_id, taken, OLD.kind_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'credential_quota_kept';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER enterprises_credential_quota_kept BEFORE UPDATE OR DELETE ON enterprises_credentialquota
    FOR EACH ROW EXECUTE FUNCTION enterprises_credential_quota_kept();

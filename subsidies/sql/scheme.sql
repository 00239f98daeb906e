-- What a published scheme says never changes; a case keeps its version for life.
CREATE FUNCTION subsidies_published_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A published % cannot be changed or removed; publish a new version.', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER schemeversion_final BEFORE UPDATE OR DELETE ON subsidies_schemeversion
    FOR EACH ROW EXECUTE FUNCTION subsidies_published_is_final();
CREATE TRIGGER stage_final BEFORE UPDATE OR DELETE ON subsidies_stage
    FOR EACH ROW EXECUTE FUNCTION subsidies_published_is_final();
CREATE TRIGGER declaration_final BEFORE UPDATE OR DELETE ON subsidies_declaration
    FOR EACH ROW EXECUTE FUNCTION subsidies_published_is_final();

-- A version's stages are published with it: none can be slipped in afterwards.
CREATE FUNCTION subsidies_stage_with_its_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM subsidies_application WHERE scheme_version_id = NEW.version_id) THEN
        RAISE EXCEPTION 'The version is in use; publish a new one.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stage_with_its_version BEFORE INSERT ON subsidies_stage
    FOR EACH ROW EXECUTE FUNCTION subsidies_stage_with_its_version();

-- The scheme written on an application is the one of its version.
ALTER TABLE subsidies_application ADD CONSTRAINT application_version_of_scheme
    FOREIGN KEY (scheme_version_id, scheme_id) REFERENCES subsidies_schemeversion (id, scheme_id)
    DEFERRABLE INITIALLY DEFERRED;

-- An application is never moved to another version, shop or number, and one that was handed in is never deleted.
CREATE FUNCTION subsidies_application_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Applications end in a state; they are not deleted.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.scheme_version_id <> OLD.scheme_version_id OR NEW.enterprise_id <> OLD.enterprise_id
        OR NEW.entered_by_id <> OLD.entered_by_id OR NEW.amount_cap <> OLD.amount_cap
        OR (OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number)
        OR (OLD.submit_key IS NOT NULL AND NEW.submit_key IS DISTINCT FROM OLD.submit_key) THEN
        RAISE EXCEPTION 'Version, shop, number, cap and author of an application stay.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER application_keeps BEFORE UPDATE OR DELETE ON subsidies_application
    FOR EACH ROW EXECUTE FUNCTION subsidies_application_keeps();

CREATE SEQUENCE subsidies_number;
